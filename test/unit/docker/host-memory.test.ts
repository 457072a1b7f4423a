import { describe, expect, test } from 'vitest';
import { createHostMemory } from '../../../exporter/docker/host-memory.ts';
import { viewOf } from './host-bed.ts';
import { begin, type Process } from './host-memory-bed.ts';
import { BEGAN_SECONDS } from './lifecycle/life-bed.ts';

/** One that has seen a bit of everything. */
function experienced(): Process {
  const one = begin();
  for (const name of ['web', 'db', 'job', 'loop', '__proto__', 'constructor']) {
    one.tell('create', name);
    one.tell('start', name);
    const restarts = { restartPolicy: 'on-failure', maximumRestarts: 3, stopSignal: 10, stopTimeoutSeconds: 60 };
    one.learn({
      id: name,
      state: 'running',
      startedSeconds: BEGAN_SECONDS,
      isAutoRemoved: name === 'job',
      ...restarts,
    });
  }
  one.tell('kill', 'web', { signal: '1' });
  one.tell('oom', 'db');
  one.tell('die', 'db', { exitCode: '137' });
  one.tell('die', 'job', { exitCode: '3' });
  one.tell('destroy', 'job');
  one.wait(1);
  one.tell('die', 'loop', { exitCode: '1' });
  one.learn({ id: 'loop', state: 'restarting', startedSeconds: BEGAN_SECONDS + 1, engineRestarts: 2, exitCode: 1 });
  one.tell('kill', '__proto__', { signal: '9' });
  one.tell('die', '__proto__', { exitCode: '137' });
  one.memory.ledger.countGap();
  return one;
}

describe('what is saved', () => {
  test('is what the next process knows, all of it', () => {
    const text = experienced().memory.save();
    const next = begin(text);
    expect(next.unreadable).toEqual([]);
    const inItsOwnTime = text.replaceAll(/"dueAtMs":\d+/g, '"dueAtMs":0');
    expect(JSON.parse(next.memory.save())).toEqual(JSON.parse(inItsOwnTime));
  });

  test('is what the next process tells, an end that was not settled as well', () => {
    const one = experienced();
    const next = begin(one.memory.save());
    one.wait(1);
    next.wait(1);
    const look = { view: viewOf(), isUp: true, isStreaming: true, clockSkewSeconds: 0 };
    expect(next.memory.snapshot(look)).toEqual(one.memory.snapshot(look));
    expect(next.told('loop')).toMatchObject({ exits: { error: 1 }, lastExit: 'error', restarts: 1 });
    expect(next.told('__proto__')).toMatchObject({ exits: { requested: 1 } });
    expect(next.told('db')).toMatchObject({ exits: { oom: 1 }, oomEvents: 1, lastExit: 'oom' });
  });

  test('R12: makes an event that comes again count once', () => {
    const one = begin();
    one.tell('die', 'web', { exitCode: '3' });
    const next = begin(one.memory.save());
    next.tell('die', 'web', { exitCode: '3' });
    next.wait(1);
    expect(
      next.memory.snapshot({ view: viewOf(), isUp: true, isStreaming: true, clockSkewSeconds: 0 }).lifecycle?.exits,
    ).toMatchObject({
      unknown: 1,
      error: 0,
    });
  });

  test('holds of labels only those that make a name, and of events no text of a command', () => {
    const labels = {
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'harborlight.expected': 'true',
      token: 'hunter2',
      'traefik.auth': 'hunter2',
    };
    const one = begin();
    one.tell('create', 'web', labels);
    one.tell('start', 'web', labels);
    one.tell('exec_create', 'web', { ...labels, execID: 'hunter2' });
    one.learn({ state: 'running', startedSeconds: 1, labels, imageId: 'hunter2', networkMode: 'container:hunter2' });
    one.tell('kill', 'web', { ...labels, signal: 'hunter2' });
    one.tell('die', 'web', { ...labels, exitCode: 'hunter2' });
    one.tell('destroy', 'unknown', labels);
    const text = one.memory.save();
    expect(text).not.toContain('hunter2');
    expect(begin(text).told('web')?.seriesLabels).toEqual({
      host: 'edge-1',
      name: 'web',
      compose_project: 'shop',
      compose_service: 'web',
    });
  });

  test('holds the labels by which the configuration tells containers apart, and no others', () => {
    const matchedLabels = ['tier', 'constructor'];
    const one = begin(undefined, { matchedLabels });
    one.learn({ state: 'running', startedSeconds: 1, labels: { tier: 'ci', token: 'hunter2' } });
    one.tell('die', 'web', { exitCode: '3' });
    one.tell('destroy', 'web');
    const text = one.memory.save();
    expect(text).not.toContain('hunter2');
    // Saved again by one that was told nothing more of it.
    const next = begin(begin(text, { matchedLabels }).memory.save(), { matchedLabels });
    expect(next.told('web', viewOf({ isIncluded: ({ labels }) => labels['tier'] === 'ci' }))).toBeDefined();
    expect(begin(next.memory.save()).memory.save()).not.toContain('"tier"');
  });

  test('keeps a Swarm task under the name of its slot', () => {
    const labels = { 'com.docker.swarm.task.id': 'abc', 'com.docker.swarm.task.name': 'shop.1.abc' };
    const one = begin();
    one.learn({ name: 'shop.1.abc', state: 'running', startedSeconds: 1, labels });
    one.tell('die', 'web', { ...labels, name: 'shop.1.abc', exitCode: '3' });
    const next = begin(one.memory.save());
    next.wait(1);
    expect(next.told('shop.1')).toMatchObject({ exits: { error: 1 } });
  });

  test('is no longer than what it tells of: 256 events, 500 that are gone', () => {
    const one = begin();
    for (let job = 0; job < 2000; job++) {
      one.tell('create', `job-${job}`);
      one.tell('die', `job-${job}`, { exitCode: '0' });
      one.tell('destroy', `job-${job}`);
    }
    one.wait(1);
    one.wait(1);
    expect(one.memory.save().length).toBeLessThan(1_000_000);
  });
});

describe('what cannot be read is begun anew', () => {
  const text = experienced().memory.save();
  // What JSON.parse gives is its own to change.
  const changed = (change: (saved: Record<string, Record<string, unknown>>) => unknown): string => {
    const saved = JSON.parse(text) as Record<string, Record<string, unknown>>;
    return JSON.stringify(change(saved));
  };
  test.each<readonly [what: string, saved: string]>([
    ['nothing', ''],
    ['zeros, as after a loss of power', '\0'.repeat(4096)],
    ['the half', text.slice(0, text.length / 2)],
    ['all but the last character', text.slice(0, -1)],
    ['more than one', text + text],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['nothing of ours', '{}'],
    ['another version', changed((saved) => ({ ...saved, version: 2 }))],
    ['no version', changed(({ version: _, ...saved }) => saved)],
    ['another host’s', changed((saved) => ({ ...saved, host: 'edge-2' }))],
    ['no ledger', changed(({ ledger: _, ...saved }) => saved)],
    [
      'a count that is none',
      changed((saved) => ({ ...saved, ledger: { ...saved['ledger'], counts: { 'container die': 'x' } } })),
    ],
    ['half a count', changed((saved) => ({ ...saved, lifecycle: { ...saved['lifecycle'], exits: { error: 0.5 } } }))],
    [
      'a reason that is none',
      changed((saved) => ({ ...saved, lifecycle: { ...saved['lifecycle'], exits: { boredom: 1 } } })),
    ],
    [
      'a container that is none',
      changed((saved) => ({ ...saved, lifecycle: { ...saved['lifecycle'], containers: [['a', {}]] } })),
    ],
    ['a time that is none', changed((saved) => ({ ...saved, ledger: { ...saved['ledger'], newestTimeNano: 'now' } }))],
  ])('%s', (_, saved) => {
    const next = begin(saved, { nowSeconds: BEGAN_SECONDS + 60 });
    expect(next.unreadable).toHaveLength(1);
    const { lifecycle, events } = next.memory.snapshot({
      view: viewOf(),
      isUp: true,
      isStreaming: true,
      clockSkewSeconds: 0,
    });
    expect(lifecycle).toMatchObject({ sinceSeconds: BEGAN_SECONDS + 60, containers: [] });
    expect(events.totals).toMatchObject({ sinceSeconds: BEGAN_SECONDS + 60, gaps: 0 });
  });

  test('no file is no fault', () => {
    expect(begin(undefined).unreadable).toEqual([]);
  });
});

describe('an engine', () => {
  test('that is another one than before has other containers and other events; the counters go on', () => {
    const one = experienced();
    one.wait(1);
    const next = begin(one.memory.save(), { engine: 'other' });
    expect(next.memory.ledger.isEmpty()).toBe(true);
    expect(next.memory.lifecycle.state.containers.size).toBe(0);
    expect(next.told('db')).toMatchObject({ exits: { oom: 1 } });
    expect(next.told('db')).not.toHaveProperty('lastExit');
  });

  test('that is another one takes no exit away that was not settled', () => {
    const one = begin();
    one.tell('create', 'web');
    one.tell('start', 'web');
    one.tell('die', 'web', { exitCode: '3' });
    const next = begin(one.memory.save(), { engine: 'other' });
    expect(next.told('web')).toMatchObject({ exits: { error: 1 } });
  });

  test('that is the same keeps what is known', () => {
    const one = experienced();
    const next = begin(one.memory.save());
    expect(next.memory.ledger.isEmpty()).toBe(false);
    expect(next.memory.lifecycle.state.containers.size).toBe(6);
  });
});

test('R15: what inspect says before a connection is current is compared with what was seen before it', () => {
  const one = begin();
  one.tell('create', 'web');
  one.tell('start', 'web');
  one.learn({ state: 'running', startedSeconds: BEGAN_SECONDS });
  one.wait(60);
  one.memory.meet('engine');
  one.tell('start', 'web');
  one.learn({ state: 'running', startedSeconds: BEGAN_SECONDS + 60 });
  one.memory.lifecycle.doubt();
  one.memory.goCurrent();
  expect(one.told('web')).toMatchObject({ exits: { unknown: 1 } });
});

test('R12: no counter is told before what happened in between is', () => {
  const saved = experienced().memory.save();
  const memory = createHostMemory({
    host: 'edge-1',
    saved,
    onUnreadable: () => undefined,
    nowMs: () => 0,
    nowSeconds: () => BEGAN_SECONDS,
    onDue: () => undefined,
    onChange: () => undefined,
  });
  const look = { view: viewOf(), isUp: false, isStreaming: false, clockSkewSeconds: 0 };
  expect(memory.snapshot(look).lifecycle).toBeUndefined();
  expect(memory.snapshot(look).events).not.toHaveProperty('totals');
  memory.meet('engine');
  expect(memory.snapshot(look).lifecycle).toBeUndefined();
  memory.goCurrent();
  expect(memory.snapshot(look).lifecycle).toBeDefined();
  expect(memory.snapshot(look).events).toHaveProperty('totals');
});

test.each([
  ['expects', { isExpected: () => false }],
  ['R37: shows', { isIncluded: () => false }],
])('what went by itself stands as long as the last view %s it', (_, rules) => {
  const one = begin();
  one.tell('create', 'job');
  one.learn({ id: 'job', state: 'running', startedSeconds: BEGAN_SECONDS, isAutoRemoved: true });
  one.tell('die', 'job', { exitCode: '3' });
  one.tell('destroy', 'job');
  one.told('job', viewOf({ isExpected: () => true }));
  one.wait(600);
  expect(one.memory.lifecycle.state.containers.size).toBe(1);
  one.told('job', viewOf(rules));
  one.wait(1);
  expect(one.memory.lifecycle.state.containers.size).toBe(0);
});
