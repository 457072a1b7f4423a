import { describe, expect, test } from 'vitest';
import { createContainerView } from '../../../exporter/container-view.ts';
import { expectationsOf } from '../../../exporter/docker/expectations.ts';
import { type ContainerView, visibleContainers } from '../../../exporter/docker/visible.ts';
import { CONTAINER_STATES, type ContainerState } from '../../../exporter/model/container.ts';
import type { ContainerDescription, EngineContainer } from '../../../exporter/model/engine-container.ts';
import { loadedConfig } from '../loaded-config.ts';

const EXPECTED = { 'harborlight.expected': 'true' };
const WEB = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
const ONE_OFF = { ...WEB, ...EXPECTED, 'com.docker.compose.oneoff': 'True' };

interface Given extends Partial<ContainerDescription> {
  readonly state?: ContainerState;
  readonly createdSeconds?: number;
}

function container({ state = 'running', createdSeconds, ...description }: Given = {}): EngineContainer {
  return {
    id: 'a'.repeat(64),
    description: { name: 'web', labels: {}, image: 'app', hasHealthcheck: false, ...description },
    facts: { state, limits: {}, ...(createdSeconds !== undefined && { createdSeconds }) },
    network: { networks: [], published: [], declared: [] },
    hasOomKilled: false,
  };
}

const viewWith = async (containers = '', host = 'edge-1'): Promise<ContainerView> => {
  const hosts = "hosts: [{ name: edge-1, url: 'tcp://a:2375' }, { name: edge-2, url: 'tcp://b:2375' }]";
  return createContainerView(host, await loadedConfig(`${hosts}\ncontainers: { ${containers} }`));
};
const configured = (...names: readonly string[]) => viewWith(`expected: { names: [${names.join()}] }`);

const NOW_SECONDS = 1_795_222_185;

const expectations = (
  view: ContainerView,
  all: readonly EngineContainer[] = [],
  gone: readonly EngineContainer[] = [],
  unread: readonly ContainerDescription[] = [],
) => expectationsOf({ view, shown: visibleContainers(all, view, NOW_SECONDS * 1000), all, unread, gone });

/** By the name it is told under, whether it is missing. */
const told = (...args: Parameters<typeof expectations>) =>
  expectations(...args).map(({ seriesLabels, isMissing }) => [seriesLabels['name'], isMissing ? 'missing' : 'there']);

test('R40: of a configured one that cannot be inspected nobody knows whether it runs', async () => {
  const view = await configured('edge-1/web', 'edge-1/db', 'edge-1/shop/web');
  const { description } = container({ labels: WEB });
  expect(told(view, [], [], [description])).toEqual([['db', 'missing']]);
  expect(told(view, [container({ name: 'web-2', labels: WEB })], [], [description])).toEqual([
    ['db', 'missing'],
    ['web', 'there'],
  ]);
});

describe('what a label expects', () => {
  test('is there while it runs or is paused, and missing in any other state', async () => {
    const view = await viewWith();
    const there = CONTAINER_STATES.filter(
      (state) => !expectations(view, [container({ labels: EXPECTED, state })])[0]?.isMissing,
    );
    expect(there).toEqual(['running', 'paused']);
  });

  test('is told under the labels of its other series, the same object', async () => {
    const view = await viewWith();
    const one = container({ labels: { ...EXPECTED, ...WEB } });
    expect(expectations(view, [one])[0]?.seriesLabels).toBe(view.identify(one)?.seriesLabels);
    expect(expectations(view, [], [one])[0]?.seriesLabels).toBe(view.identify(one)?.seriesLabels);
  });

  test('is missing when it went by itself', async () => {
    expect(told(await viewWith(), [], [container({ labels: EXPECTED })])).toEqual([['web', 'missing']]);
  });

  test('is not missing when another container has taken its name', async () => {
    const gone = container({ labels: EXPECTED });
    expect(told(await viewWith(), [container({ labels: EXPECTED })], [gone])).toEqual([['web', 'there']]);
    expect(told(await viewWith(), [container()], [gone])).toEqual([]);
    expect(told(await viewWith('min_age: 1m'), [container({ createdSeconds: NOW_SECONDS })], [gone])).toEqual([]);
  });

  test('comes once when several of its name went by themselves, as the last of them', async () => {
    const gone = [container({ labels: EXPECTED }), container({ labels: { ...EXPECTED, ...WEB } })];
    expect(expectations(await viewWith(), [], gone).map(({ seriesLabels }) => seriesLabels)).toEqual([
      { host: 'edge-1', name: 'web', compose_project: 'shop', compose_service: 'web' },
    ]);
  });

  test('is nothing of what went by itself and was not expected, or is left out', async () => {
    expect(told(await viewWith(), [], [container()])).toEqual([]);
    expect(told(await viewWith('exclude: [web]'), [], [container({ labels: EXPECTED })])).toEqual([]);
  });

  test('is not what Compose ran once beside the service', async () => {
    const one = container({ name: 'shop-web-run-3f2a', labels: ONE_OFF });
    expect(told(await viewWith(), [one])).toEqual([]);
    expect(told(await viewWith(), [], [one])).toEqual([]);
  });

  test('R23: is there while an older task of the slot still runs', async () => {
    const task = (id: string, rest: Given) => {
      const name = `shop_web.1.${id}`;
      const labels = { ...EXPECTED, 'com.docker.swarm.task.id': id, 'com.docker.swarm.task.name': name };
      return container({ name, labels, ...rest });
    };
    const older = task('aaa', { createdSeconds: 1 });
    const newer = task('bbb', { createdSeconds: 2, state: 'created' });
    expect(told(await viewWith(), [older, newer])).toEqual([['shop_web.1', 'there']]);
    expect(told(await viewWith(), [newer])).toEqual([['shop_web.1', 'missing']]);
  });
});

describe('R21: nothing is missing', () => {
  const replica = (number: number) => container({ name: `shop-web-${number}`, labels: { ...WEB, ...EXPECTED } });

  test('after a scale-down', async () => {
    const view = await viewWith();
    expect(told(view, [replica(1), replica(2)])).toHaveLength(2);
    expect(told(view, [replica(1)])).toEqual([['shop-web-1', 'there']]);
  });

  test('after a compose down', async () => {
    const view = await viewWith();
    expect(told(view, [replica(1)])).toHaveLength(1);
    expect(told(view)).toEqual([]);
  });

  test('after a rename', async () => {
    expect(told(await viewWith(), [container({ name: 'renamed', labels: EXPECTED })])).toEqual([['renamed', 'there']]);
  });

  test('after a restart policy was changed to one that expects nothing', async () => {
    const view = await viewWith('expected: { by: restart_policy }');
    expect(told(view, [container({ restartPolicy: 'always', state: 'exited' })])).toEqual([['web', 'missing']]);
    expect(told(view, [container({ restartPolicy: 'no', state: 'exited' })])).toEqual([]);
  });
});

describe('what is configured by name', () => {
  test('is there while it runs or is paused, and missing in any other state', async () => {
    const view = await configured('edge-1/web');
    const there = CONTAINER_STATES.filter((state) => !expectations(view, [container({ state })])[0]?.isMissing);
    expect(there).toEqual(['running', 'paused']);
  });

  test('is missing when there is none of its name: removed, renamed, or never there', async () => {
    const view = await configured('edge-1/web');
    expect(told(view)).toEqual([['web', 'missing']]);
    expect(told(view, [container({ name: 'renamed' })])).toEqual([['web', 'missing']]);
    expect(told(view, [], [container()])).toEqual([['web', 'missing']]);
  });

  test('has the same labels there and missing, whatever labels the container has', async () => {
    const view = await configured('edge-1/web');
    const [there] = expectations(view, [container({ labels: WEB })]);
    const [missing] = expectations(view);
    expect(there).toEqual({ seriesLabels: { host: 'edge-1', name: 'web' }, isMissing: false });
    expect(missing).toEqual({ seriesLabels: there?.seriesLabels, isMissing: true });
    expect(missing?.seriesLabels).toBe(there?.seriesLabels);
  });

  test('comes once when a label expects it too', async () => {
    const view = await configured('edge-1/web');
    const one = container({ labels: { ...EXPECTED, ...WEB } });
    const labels = { host: 'edge-1', name: 'web' };
    expect(expectations(view, [one])).toEqual([{ seriesLabels: labels, isMissing: false }]);
    expect(expectations(view, [], [one])).toEqual([{ seriesLabels: labels, isMissing: true }]);
  });

  test('counts also where it is excluded, or too young to be shown', async () => {
    const excluded = await viewWith('exclude: [web], expected: { names: [edge-1/web] }');
    expect(told(excluded, [container()])).toEqual([['web', 'there']]);
    expect(told(excluded, [container({ state: 'exited' })])).toEqual([['web', 'missing']]);
    const young = await viewWith('min_age: 1m, expected: { names: [edge-1/web] }');
    expect(told(young, [container({ createdSeconds: NOW_SECONDS })])).toEqual([['web', 'there']]);
  });

  test('R23: may be the slot of a Swarm service, whatever its task', async () => {
    const labels = { 'com.docker.swarm.task.id': 'aaa', 'com.docker.swarm.task.name': 'shop_web.1.aaa' };
    const task = container({ name: 'shop_web.1.aaa', labels });
    expect(told(await configured('edge-1/shop_web.1'), [task])).toEqual([['shop_web.1', 'there']]);
  });

  test('is expected on its own host, and on no other', async () => {
    const names = 'expected: { names: [edge-1/web, edge-2/db] }';
    expect(told(await viewWith(names, 'edge-1'), [container()])).toEqual([['web', 'there']]);
    expect(told(await viewWith(names, 'edge-2'), [container()])).toEqual([['db', 'missing']]);
  });
});

describe('what is configured by project and service', () => {
  const SERVICE = { host: 'edge-1', name: 'web', compose_project: 'shop', compose_service: 'web' };
  const replica = (number: number, state: ContainerState) =>
    container({ name: `shop-web-${number}`, labels: WEB, state });

  test('is there as long as one of its three containers runs', async () => {
    const view = await configured('edge-1/shop/web');
    const three = [replica(1, 'exited'), replica(2, 'running'), replica(3, 'restarting')];
    expect(expectations(view, three)).toEqual([{ seriesLabels: SERVICE, isMissing: false }]);
  });

  test('is missing when none of them does, and when there is none', async () => {
    const view = await configured('edge-1/shop/web');
    expect(expectations(view, [replica(1, 'exited'), replica(2, 'dead')])).toEqual([
      { seriesLabels: SERVICE, isMissing: true },
    ]);
    expect(expectations(view)).toEqual([{ seriesLabels: SERVICE, isMissing: true }]);
  });

  test('is not there by what Compose runs once beside it, nor by another project', async () => {
    const view = await configured('edge-1/shop/web');
    const other = container({ labels: { ...WEB, 'com.docker.compose.project': 'blog' } });
    expect(told(view, [container({ name: 'shop-web-run-3f2a', labels: ONE_OFF }), other])).toEqual([
      ['web', 'missing'],
    ]);
  });

  test('comes beside those of its containers that a label expects', async () => {
    const labelled = container({ name: 'shop-web-1', labels: { ...WEB, ...EXPECTED }, state: 'exited' });
    expect(told(await configured('edge-1/shop/web'), [labelled, replica(2, 'running')])).toEqual([
      ['shop-web-1', 'missing'],
      ['web', 'there'],
    ]);
  });

  test('comes once when a container of the same name and service is expected too', async () => {
    const labelled = container({ labels: { ...WEB, ...EXPECTED } });
    expect(expectations(await configured('edge-1/shop/web'), [labelled])).toEqual([
      { seriesLabels: SERVICE, isMissing: false },
    ]);
  });
});

test('trap 13: a dead container without a name is nothing that is expected', async () => {
  const { name: _name, ...nameless } = container({ labels: EXPECTED }).description;
  const dead = { ...container({ state: 'dead' }), description: nameless };
  expect(told(await viewWith(), [dead], [dead])).toEqual([]);
});
