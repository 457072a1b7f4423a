import { expect, test, vi } from 'vitest';
import type { SimulatedEngine } from '../../../exporter/demo/engine.ts';
import type { MemoryFile } from '../../../exporter/docker/memory-file.ts';
import { type Watched, watch, watchSimulated } from './host-bed.ts';

const healthcheck = { command: 'wget -q localhost', intervalSeconds: 1, retries: 2 };

/** A file that outlives the host. */
function createMemory(): MemoryFile {
  let text: string | undefined;
  return {
    path: 'memory',
    read: () => text,
    write: (next) => {
      text = next;
      return Promise.resolve();
    },
  };
}

const told = ({ transitions }: Watched) =>
  transitions.map(({ previous, status, check }) => [previous, status, check.output]);

async function tells(watched: Watched, expected: readonly unknown[]): Promise<void> {
  await vi.waitFor(() => expect(told(watched)).toEqual(expected), { timeout: 4000 });
}

const fail = (engine: SimulatedEngine, output: string) => engine.check('web', { exitCode: 1, output });
const succeed = (engine: SimulatedEngine, output: string) => engine.check('web', { exitCode: 0, output });

test('each change of health is told once, with the check that made it', async () => {
  const { engine, ...watched } = await watchSimulated((empty) => {
    empty.run({ name: 'web', image: 'web:1', healthcheck });
  });
  succeed(engine, 'good');
  await tells(watched, [['starting', 'healthy', 'good']]);
  fail(engine, 'once');
  succeed(engine, 'still good');
  fail(engine, 'bad');
  fail(engine, 'bad again');
  await tells(watched, [
    ['starting', 'healthy', 'good'],
    ['healthy', 'unhealthy', 'bad again'],
  ]);
  fail(engine, 'worse');
  succeed(engine, 'well');
  await vi.waitFor(() => expect(told(watched)).toHaveLength(3));
  expect(watched.transitions[2]).toMatchObject({
    containerId: engine.container('web').id,
    description: { name: 'web', image: 'web:1' },
    runtime: 'docker',
    status: 'healthy',
    previous: 'unhealthy',
    failingStreak: 0,
    check: { exitCode: 0, output: 'well' },
  });
});

test('after a restart of the container it was starting before', async () => {
  const { engine, ...watched } = await watchSimulated((empty) => {
    empty.run({ name: 'web', image: 'web:1', healthcheck });
  });
  succeed(engine, 'good');
  await tells(watched, [['starting', 'healthy', 'good']]);
  engine.restart('web');
  // A check of the simulation began some milliseconds before its end.
  engine.clock.step(1);
  succeed(engine, 'good anew');
  await tells(watched, [
    ['starting', 'healthy', 'good'],
    ['starting', 'healthy', 'good anew'],
  ]);
});

test('what was told before is not told by the next process, but what may not have been is, with the same check', async () => {
  const memoryFile = createMemory();
  const first = await watchSimulated((empty) => void empty.run({ name: 'web', image: 'web:1', healthcheck }), {
    memoryFile,
  });
  succeed(first.engine, 'good');
  await tells(first, [['starting', 'healthy', 'good']]);
  await first.host.stop();
  const address = { url: `unix://${first.socketPath}` };
  // The moments before an end may be untold.
  const second = watch(address, { memoryFile });
  await second.up();
  await tells(second, [[undefined, 'healthy', 'good']]);
  expect(second.transitions[0]?.check).toEqual(first.transitions[0]?.check);
  await second.host.stop();
  // What happens in the meantime is told by the next.
  fail(first.engine, 'bad');
  fail(first.engine, 'bad again');
  const third = watch(address, { memoryFile });
  await third.up();
  await tells(third, [[undefined, 'unhealthy', 'bad again']]);
});

test('of an engine that nobody watched before nothing of before is told', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 60_000 });
  const { engine, socketPath, ...first } = await watchSimulated((empty) => {
    empty.run({ name: 'web', image: 'web:1', healthcheck });
  });
  succeed(engine, 'good');
  await tells(first, [['starting', 'healthy', 'good']]);
  vi.useRealTimers();
  const second = watch({ url: `unix://${socketPath}` });
  await second.up();
  fail(engine, 'bad');
  fail(engine, 'bad again');
  await tells(second, [['healthy', 'unhealthy', 'bad again']]);
});

test('an end is told with its reason, and what happens meanwhile before it', async () => {
  const { engine, events, exitReasons } = await watchSimulated((empty) => {
    empty.run({ name: 'web', image: 'web:1' });
    empty.run({ name: 'job', image: 'job:1' });
  });
  engine.die('job', 3);
  engine.stop('web');
  await vi.waitFor(() => expect(events.filter(({ action }) => action === 'die')).toHaveLength(2), { timeout: 4000 });
  const reasons = events.flatMap(({ action, attributes }, index) =>
    action === 'die' ? [[attributes['name'], exitReasons[index]]] : [],
  );
  expect(Object.fromEntries(reasons)).toEqual({ web: 'requested', job: 'error' });
  expect(exitReasons.filter((reason) => reason !== undefined)).toHaveLength(2);
});

test('an end that waits for its reason is told when the host is stopped', async () => {
  const { engine, host, events } = await watchSimulated((empty) => void empty.run({ name: 'job', image: 'job:1' }));
  engine.die('job', 3);
  await vi.waitFor(async () =>
    expect(
      (await host.observe({ identify: () => undefined, minAgeSeconds: 0, expected: new Map() }, 1000)).containerCounts
        ?.exited,
    ).toBe(1),
  );
  await host.stop();
  expect(events.filter(({ action }) => action === 'die')).toHaveLength(1);
});

test('the last moments of an earlier process are told again, and no more than once', async () => {
  const memoryFile = createMemory();
  const first = await watchSimulated(undefined, { memoryFile });
  first.engine.run({ name: 'web', image: 'web:1' });
  await vi.waitFor(() => expect(first.events.map(({ action }) => action)).toContain('start'));
  await first.host.stop();
  const second = watch({ url: `unix://${first.socketPath}` }, { memoryFile });
  await second.up();
  expect(second.events.map(({ timeNano }) => timeNano)).toEqual(first.events.map(({ timeNano }) => timeNano));
  await second.host.stop();
  expect(second.events).toHaveLength(first.events.length);
});

test('events that the engine no longer has are a gap, from the last that was known to the first that is new', async () => {
  const memoryFile = createMemory();
  const first = await watchSimulated((empty) => void empty.run({ name: 'web', image: 'web:1' }), { memoryFile });
  first.engine.exec('web', { command: 'true', exitCode: 0 });
  await vi.waitFor(() => expect(first.events.map(({ action }) => action)).toContain('exec_die'));
  await first.host.stop();
  for (let times = 0; times < 100; times++) first.engine.exec('web', { command: 'true', exitCode: 0 });
  const second = watch({ url: `unix://${first.socketPath}` }, { memoryFile });
  await second.up();
  expect([first.gaps, second.gaps]).toEqual([
    [],
    [
      {
        source: 'events of edge-1',
        reason: 'replay_incomplete',
        fromNano: first.events.at(-1)?.timeNano,
        toNano: second.events[0]?.timeNano,
      },
    ],
  ]);
});
