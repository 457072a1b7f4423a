import { describe, expect, test, vi } from 'vitest';
import type { SimulatedEngine } from '../../../exporter/demo/engine.ts';
import { namesOf, sampled, viewOf, watchSimulated } from './host-bed.ts';

type Fault = Parameters<SimulatedEngine['faults']['add']>[0];

const threeContainers = (engine: { run: (spec: { name: string }) => string }) => {
  for (const name of ['a', 'b', 'c']) engine.run({ name });
};

describe('a sample that cannot be read', () => {
  test.each<[string, (match: Fault['match']) => Fault, string]>([
    ['is not answered', (match) => ({ match, kind: 'hang' }), 'timeout'],
    ['is not answered in time', (match) => ({ match, kind: 'delay', seconds: 30 }), 'timeout'],
    ['has its connection reset', (match) => ({ match, kind: 'reset' }), 'refused'],
    ['is cut in the middle', (match) => ({ match, kind: 'cut' }), 'refused'],
    ['is malformed', (match) => ({ match, kind: 'malformed' }), 'malformed'],
    ['never ends', (match) => ({ match, kind: 'endless' }), 'malformed'],
    ['is empty', (match) => ({ match, kind: 'empty' }), 'malformed'],
    ['is an empty object', (match) => ({ match, kind: 'status', status: 200, body: '{}' }), 'malformed'],
    ['is an error of the engine', (match) => ({ match, kind: 'status', status: 500 }), 'internal'],
    ['is of a container that vanished', (match) => ({ match, kind: 'status', status: 404 }), 'gone'],
    ['is forbidden', (match) => ({ match, kind: 'status', status: 403 }), 'refused'],
  ])('because the answer %s: its container alone is without one, and counted', async (_what, fault, failure) => {
    const timeoutMs = failure === 'timeout' ? 300 : 5000;
    const { engine, scrape, failures, host } = await watchSimulated(threeContainers, { timeoutMs });
    const { id } = engine.container('b');
    engine.faults.add(fault({ path: new RegExp(`${id}/stats$`) }));
    const snapshot = await scrape();
    expect(snapshot.outcome).toEqual({ ok: true });
    expect(namesOf(snapshot)).toEqual(['a', 'b', 'c']);
    expect(sampled(snapshot)).toEqual(['a', 'c']);
    expect(snapshot.containers[1]?.facts?.state).toBe('running');
    expect(failures).toEqual([failure]);
    expect(host.status().phase).toBe('up');
    engine.faults.clear();
    expect(sampled(await scrape())).toEqual(['a', 'b', 'c']);
  });

  test('in the time a scrape has costs no more than that time', async () => {
    const { engine, scrape, failures } = await watchSimulated(threeContainers);
    engine.faults.add({ match: { path: /\/stats$/ }, kind: 'hang' });
    const startMs = performance.now();
    const snapshot = await scrape(300);
    expect(performance.now() - startMs).toBeLessThan(2000);
    expect(snapshot.outcome).toEqual({ ok: true });
    expect(sampled(snapshot)).toEqual([]);
    expect(failures).toEqual(['timeout', 'timeout', 'timeout']);
  });
});

test('a container that ends while the samples are read has none, and the state it has then', async () => {
  const { engine, scrape } = await watchSimulated(threeContainers);
  engine.faults.add({ match: { path: new RegExp(`${engine.container('a').id}/stats$`) }, kind: 'delay', seconds: 0.5 });
  const scraping = scrape();
  const isSampled = (name: string) =>
    engine.calls.some(({ path }) => path.endsWith(`${engine.container(name).id}/stats`));
  await vi.waitFor(() => expect([isSampled('b'), isSampled('c')]).toEqual([true, true]));
  engine.stop('b');
  engine.destroy('c');
  const { containers } = await scraping;
  expect(containers.map(({ identity, facts, sample }) => [identity.name, facts?.state, sample !== undefined])).toEqual([
    ['a', 'running', true],
    ['b', 'exited', false],
  ]);
});

test('no call for a sample waits for the engine to look twice, and none goes to what does not run', async () => {
  const { engine, scrape } = await watchSimulated((it) => {
    threeContainers(it);
    it.create({ name: 'never' });
    it.stop('b');
  });
  await scrape();
  const stats = engine.calls.filter(({ path }) => path.endsWith('/stats'));
  expect(stats.map(({ query }) => query)).toEqual(['stream=false&one-shot=true', 'stream=false&one-shot=true']);
});

test('trap 9: a shared network is told once, at its owner; of the host and of none nothing is told', async () => {
  const { scrape } = await watchSimulated((engine) => {
    engine.run({ name: 'owner' });
    engine.run({ name: 'sharer', networks: ['container:owner'] });
    engine.run({ name: 'hostnet', networks: ['host'] });
    engine.run({ name: 'nonet', networks: ['none'] });
  });
  const { containers } = await scrape();
  const withNetworks = containers.filter(({ sample }) => sample?.networks !== undefined);
  expect(withNetworks.map(({ identity }) => identity.name)).toEqual(['owner']);
  expect(containers.map(({ sample }) => sample?.pids !== undefined)).toEqual([true, true, true, true]);
});

test('R10: a scrape costs a ping and the samples, nothing else', async () => {
  const { engine, scrape } = await watchSimulated(threeContainers);
  engine.forgetCalls();
  await scrape();
  const paths = engine.calls.map(({ path }) => path.replace(/[0-9a-f]{64}/, 'ID'));
  expect(paths).toEqual(['/_ping', ...Array<string>(3).fill('/containers/ID/stats')]);
});

test('R10: the clock of the engine is off by what its Date header proves', async () => {
  const { engine, scrape } = await watchSimulated();
  expect((await scrape()).clockSkewSeconds).toBe(0);
  engine.clock.step(3600);
  expect((await scrape()).clockSkewSeconds).toBeGreaterThan(3597);
  engine.clock.step(-7200);
  expect((await scrape()).clockSkewSeconds).toBeLessThan(-3597);
});

test('trap 22: a container that was created in our future, by its engine, is shown', async () => {
  const { engine, scrape } = await watchSimulated((it) => it.clock.step(3600));
  engine.run({ name: 'young' });
  await vi.waitFor(async () => expect(namesOf(await scrape())).toEqual(['young']));
});

test('R37: a container younger than min_age by the clock of its engine is not shown, but counted', async () => {
  const fill = (engine: { clock: { step: (seconds: number) => void }; run: (spec: { name: string }) => string }) => {
    engine.clock.step(3600);
    engine.run({ name: 'old' });
    engine.clock.step(60);
    engine.run({ name: 'young' });
  };
  const { engine, scrape } = await watchSimulated(fill, { view: viewOf({}, 30) });
  const snapshot = await scrape();
  expect(namesOf(snapshot)).toEqual(['old']);
  expect(snapshot.containerCounts?.running).toBe(2);
  engine.clock.step(31);
  expect(namesOf(await scrape())).toEqual(['old', 'young']);
});

test('R11: what is left out is counted all the same', async () => {
  const { scrape } = await watchSimulated(threeContainers, {
    view: viewOf({ isIncluded: ({ name }) => name === 'a' }),
  });
  const snapshot = await scrape();
  expect(namesOf(snapshot)).toEqual(['a']);
  expect(snapshot.containerCounts?.running).toBe(3);
});

test.each([
  ['with', { source: 'auto', procRoot: '/nowhere', cgroupRoot: '/nowhere' }],
  ['without', undefined],
] as const)(
  'R22: while an engine is down nobody is said to have ended, %s the kernel’s files',
  async (_what, samples) => {
    const fill = (engine: SimulatedEngine) => void engine.run({ name: 'web' });
    const { engine, scrape } = await watchSimulated(fill, samples && { samples });
    engine.die('web', 3);
    await vi.waitFor(async () => expect((await scrape()).lifecycle?.containers[0]?.lastExit).toBe('error'));
    engine.faults.add({ match: { path: /./ }, kind: 'reset' });
    await vi.waitFor(async () => expect((await scrape()).outcome.ok).toBe(false));
    const { lifecycle } = await scrape();
    expect(lifecycle?.containers[0]?.exits.error).toBe(1);
    expect(lifecycle?.containers[0]).not.toHaveProperty('lastExit');
  },
);
