import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countStates, hasCounters, snapshotContainer, visibleContainers } from '../../../exporter/docker/visible.ts';
import { CONTAINER_STATES, type ContainerFacts, type ContainerState } from '../../../exporter/model/container.ts';
import type { ContainerDescription, EngineContainer } from '../../../exporter/model/engine-container.ts';
import type { StatsSample } from '../../../exporter/model/sample.ts';
import { viewOf } from './host-bed.ts';

const NOW_SECONDS = 1_795_222_185;

interface Given extends Partial<ContainerDescription> {
  readonly id?: string;
  readonly state?: ContainerState;
  readonly createdSeconds?: number;
}

function container({ id = 'a', state = 'running', createdSeconds, ...description }: Given = {}): EngineContainer {
  const facts: ContainerFacts = { state, limits: {}, ...(createdSeconds !== undefined && { createdSeconds }) };
  return {
    id: id.repeat(64),
    description: { name: 'web', labels: {}, image: 'app', hasHealthcheck: false, ...description },
    facts,
    network: { networks: [], published: [], declared: [] },
    hasOomKilled: false,
  };
}

const shown = (containers: readonly EngineContainer[], minAgeSeconds = 0) =>
  visibleContainers(containers, viewOf({}, minAgeSeconds), NOW_SECONDS * 1000).map(({ identity }) => [
    identity.id.slice(0, 1),
    identity.name,
  ]);

describe('R16: of two containers of one name', () => {
  test('the newer one has it, whichever comes first', () => {
    const [older, newer] = [container({ id: 'a', createdSeconds: 1 }), container({ id: 'b', createdSeconds: 2 })];
    expect(shown([older, newer])).toEqual([['b', 'web']]);
    expect(shown([newer, older])).toEqual([['b', 'web']]);
  });

  test('one whose age is known has it', () => {
    const [unknown, known] = [container({ id: 'a' }), container({ id: 'b', createdSeconds: 2 })];
    expect(shown([unknown, known])).toEqual([['b', 'web']]);
    expect(shown([known, unknown])).toEqual([['b', 'web']]);
  });

  test('R23: the newest task of a slot has it', () => {
    const task = (id: string, createdSeconds: number) => {
      const name = `shop_web.1.${id}`;
      const labels = { 'com.docker.swarm.task.id': id, 'com.docker.swarm.task.name': name };
      return container({ id: id.slice(0, 1), name, labels, createdSeconds });
    };
    expect(shown([task('aaa', 1), task('ccc', 3), task('bbb', 2)])).toEqual([['c', 'shop_web.1']]);
  });
});

test('no name comes twice, and the order is that of the names, whatever the containers', () => {
  const given = fc.array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      name: fc.constantFrom('x', 'y', 'z'),
      createdSeconds: fc.nat(9),
    }),
  );
  fc.assert(
    fc.property(given, (all) => {
      const names = shown(all.map(container)).map(([, name]) => name);
      expect(names).toEqual([...new Set(all.map(({ name }) => name))].sort());
    }),
  );
});

test('R37: what is younger than the least age is not shown, what has no age is', () => {
  const young = container({ id: 'a', name: 'young', createdSeconds: NOW_SECONDS - 29 });
  const old = container({ id: 'b', name: 'old', createdSeconds: NOW_SECONDS - 30 });
  const ageless = container({ id: 'c', name: 'ageless' });
  expect(shown([young, old, ageless], 30).map(([, name]) => name)).toEqual(['ageless', 'old']);
});

test('trap 22: what was created in the future is shown where no least age is set', () => {
  expect(shown([container({ createdSeconds: NOW_SECONDS + 3600 })])).toEqual([['a', 'web']]);
});

test('trap 1: only what runs or is paused has counters', () => {
  const counting = CONTAINER_STATES.filter((state) => hasCounters(container({ state })));
  expect(counting).toEqual(['running', 'paused']);
});

test('R11: every state is counted, also at 0, and of what has no name too', () => {
  const { name: _name, ...nameless } = container({ state: 'dead' }).description;
  const containers = [
    container(),
    container({ state: 'paused' }),
    { ...container({ state: 'dead' }), description: nameless },
  ];
  expect(countStates(containers)).toEqual({
    created: 0,
    running: 1,
    paused: 1,
    restarting: 0,
    removing: 0,
    exited: 0,
    dead: 1,
  });
});

describe('trap 9: the network', () => {
  const sample: StatsSample = { pids: { current: 1 }, networks: [] };
  const snapshotOf = (networkMode?: string) => {
    const of = container(networkMode === undefined ? {} : { networkMode });
    const [first] = visibleContainers([of], viewOf(), NOW_SECONDS * 1000);
    if (first === undefined) throw new Error('nothing is shown');
    return snapshotContainer(first, { sample });
  };

  test.each(['bridge', 'default', 'shop_default', undefined])('of mode %s is its own', (mode) => {
    expect(snapshotOf(mode).sample).toEqual(sample);
  });

  test.each(['host', 'none', `container:${'a'.repeat(64)}`])('of mode %s is not, the rest of the sample is', (mode) => {
    expect(snapshotOf(mode).sample).toEqual({ pids: { current: 1 } });
  });
});
