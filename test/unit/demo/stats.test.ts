import { expect, test } from 'vitest';
import { FLAVOURS } from '../../../exporter/demo/flavour.ts';
import type { Load } from '../../../exporter/demo/state/usage.ts';
import { at, serveEngine, standingTime } from './client.ts';

const MIB = 1024 * 1024;
const ONE_SHOT = 'stats?stream=false&one-shot=true';
const busy: Load = () => ({
  cpuCores: 0.5,
  anonBytes: 100 * MIB,
  cacheBytes: 40 * MIB,
  receiveBytesPerSecond: 1000,
  transmitBytesPerSecond: 2000,
  readBytesPerSecond: 4096,
  writeBytesPerSecond: 8192,
  processes: 5,
});

test('counters grow with the load over time', async () => {
  const time = standingTime();
  const { engine, get } = await serveEngine({ sourceNano: time.sourceNano, cpus: 4 });
  engine.run({ name: 'web', load: busy });
  const first = (await get(`/containers/web/${ONE_SHOT}`)).json;
  time.pass(10);
  const second = (await get(`/containers/web/${ONE_SHOT}`)).json;
  const growth = (...path: readonly (string | number)[]): number =>
    Number(at(second, ...path)) - Number(at(first, ...path) ?? 0);
  expect(growth('cpu_stats', 'cpu_usage', 'total_usage')).toBe(5e9);
  expect(growth('cpu_stats', 'system_cpu_usage')).toBe(4 * 10e9);
  expect(growth('networks', 'eth0', 'rx_bytes')).toBe(10_000);
  expect(growth('networks', 'eth0', 'tx_bytes')).toBe(20_000);
  expect(at(second, 'blkio_stats', 'io_service_bytes_recursive')).toEqual([
    { major: 254, minor: 0, op: 'read', value: 40_960 },
    { major: 254, minor: 0, op: 'write', value: 81_920 },
  ]);
});

test('a clock that steps back does not step the counters back', async () => {
  const time = standingTime();
  const { engine, get } = await serveEngine({ sourceNano: time.sourceNano });
  engine.run({ name: 'web', load: busy });
  time.pass(10);
  const total = async (): Promise<number> =>
    Number(at((await get(`/containers/web/${ONE_SHOT}`)).json, 'cpu_stats', 'cpu_usage', 'total_usage'));
  const before = await total();
  engine.clock.step(-3600);
  time.pass(1);
  expect(await total()).toBe(before + 0.5e9);
});

test('trap 2: a start sets the counters back', async () => {
  const time = standingTime();
  const { engine, get } = await serveEngine({ sourceNano: time.sourceNano });
  engine.run({ name: 'web', load: busy });
  time.pass(100);
  engine.restart('web');
  const { json } = await get(`/containers/web/${ONE_SHOT}`);
  expect(at(json, 'cpu_stats', 'cpu_usage', 'total_usage')).toBe(20_000_000);
  expect(at(json, 'networks', 'eth0', 'rx_bytes')).toBe(0);
});

test('a quota throttles, and only a quota counts periods', async () => {
  const time = standingTime();
  const { engine, get } = await serveEngine({ sourceNano: time.sourceNano });
  engine.run({ name: 'limited', load: busy, limits: { cpus: 0.2 } });
  engine.run({ name: 'free', load: busy });
  time.pass(10);
  const cpu = async (name: string): Promise<unknown> =>
    at((await get(`/containers/${name}/${ONE_SHOT}`)).json, 'cpu_stats');
  expect(await cpu('limited')).toMatchObject({
    cpu_usage: { total_usage: 2.02e9 },
    throttling_data: { periods: 100, throttled_periods: 60, throttled_time: 6e9 },
  });
  expect(await cpu('free')).toMatchObject({
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  });
});

test('a paused container keeps its memory and uses nothing', async () => {
  const time = standingTime();
  const { engine, get } = await serveEngine({ sourceNano: time.sourceNano });
  engine.run({ name: 'web', load: busy });
  time.pass(10);
  engine.pause('web');
  const paused = (await get(`/containers/web/${ONE_SHOT}`)).json;
  time.pass(10);
  const later = (await get(`/containers/web/${ONE_SHOT}`)).json;
  for (const part of [['cpu_stats', 'cpu_usage'], ['memory_stats'], ['networks']]) {
    expect(at(later, ...part)).toEqual(at(paused, ...part));
  }
  engine.unpause('web');
  time.pass(10);
  const resumed = Number(at((await get(`/containers/web/${ONE_SHOT}`)).json, 'cpu_stats', 'cpu_usage', 'total_usage'));
  expect(resumed - Number(at(paused, 'cpu_stats', 'cpu_usage', 'total_usage'))).toBe(5e9);
});

test('trap 8: keys and operations are those of the cgroup version', async () => {
  const [v1, v2] = await Promise.all(
    ([1, 2] as const).map(async (cgroupVersion) => {
      const time = standingTime();
      const { engine, get } = await serveEngine({
        flavour: { ...FLAVOURS['28.5'], cgroupVersion },
        sourceNano: time.sourceNano,
      });
      engine.run({ name: 'web', load: busy });
      time.pass(1);
      return (await get(`/containers/web/${ONE_SHOT}`)).json;
    }),
  );
  const operations = (json: unknown): unknown =>
    (at(json, 'blkio_stats', 'io_service_bytes_recursive') as readonly { readonly op: string }[]).map(({ op }) => op);
  expect(operations(v1)).toEqual(['Read', 'Write', 'Sync', 'Async', 'Total']);
  expect(operations(v2)).toEqual(['read', 'write']);
  expect(at(v1, 'memory_stats')).toMatchObject({
    max_usage: expect.any(Number) as unknown,
    stats: { total_inactive_file: 30 * MIB, total_rss: 100 * MIB },
  });
  expect(at(v2, 'memory_stats', 'max_usage')).toBeUndefined();
  expect(at(v2, 'memory_stats', 'stats')).toMatchObject({ inactive_file: 30 * MIB, anon: 100 * MIB, file: 40 * MIB });
  expect([at(v1, 'cpu_stats', 'cpu_usage', 'percpu_usage'), at(v2, 'cpu_stats', 'cpu_usage', 'percpu_usage')]).toEqual([
    expect.any(Array),
    undefined,
  ]);
  expect([at(v1, 'pids_stats', 'limit'), at(v2, 'pids_stats', 'limit')]).toEqual([undefined, 4662]);
});

test('trap 6: without a limit the memory limit is that of the host', async () => {
  const { engine, get } = await serveEngine({ memoryBytes: 2048 * MIB });
  engine.run({ name: 'free' });
  engine.run({ name: 'limited', limits: { memoryBytes: 64 * MIB }, load: busy });
  expect(at((await get(`/containers/free/${ONE_SHOT}`)).json, 'memory_stats', 'limit')).toBe(2048 * MIB);
  const memory = at((await get(`/containers/limited/${ONE_SHOT}`)).json, 'memory_stats');
  expect(at(memory, 'limit')).toBe(64 * MIB);
  expect(Number(at(memory, 'usage'))).toBeLessThan(64 * MIB);
});

test('trap 9: a sidecar shows the interfaces of its owner, a container on the host network none', async () => {
  const time = standingTime();
  const { engine, get } = await serveEngine({ sourceNano: time.sourceNano });
  engine.run({ name: 'web', networks: ['shop', 'back'], load: busy });
  engine.run({ name: 'sidecar', networks: ['container:web'] });
  engine.run({ name: 'host', networks: ['host'] });
  engine.run({ name: 'alone', networks: ['none'] });
  time.pass(5);
  const networks = async (name: string): Promise<unknown> =>
    at((await get(`/containers/${name}/${ONE_SHOT}`)).json, 'networks');
  expect(Object.keys((await networks('web')) as object)).toEqual(['eth0', 'eth1']);
  expect(await networks('sidecar')).toEqual(await networks('web'));
  expect([await networks('host'), await networks('alone')]).toEqual([undefined, undefined]);
});

test('trap 1: a container that does not run gets zeros and the zero time, at once', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web' });
  engine.stop('web');
  const { json } = await get('/containers/web/stats?stream=false');
  expect(json).toMatchObject({
    name: '/web',
    read: '0001-01-01T00:00:00Z',
    memory_stats: {},
    pids_stats: {},
    cpu_stats: { cpu_usage: { total_usage: 0 } },
  });
  expect(at(json, 'networks')).toBeUndefined();
});

test('trap 26: a one-shot answer has nothing before it, and no name on 28.5', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web' });
  const { json } = await get(`/containers/web/${ONE_SHOT}`);
  expect(at(json, 'preread')).toBe('0001-01-01T00:00:00Z');
  expect(at(json, 'precpu_stats', 'system_cpu_usage')).toBeUndefined();
  expect([at(json, 'name'), at(json, 'os_type')]).toEqual([undefined, undefined]);
});

test('without one-shot two cycles of a second are read, and the first fills precpu_stats', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web', load: busy });
  const { json } = await get('/containers/web/stats?stream=false');
  const total = (part: string): number => Number(at(json, part, 'cpu_usage', 'total_usage'));
  const seconds = (Date.parse(String(at(json, 'read'))) - Date.parse(String(at(json, 'preread')))) / 1000;
  expect(seconds).toBeGreaterThan(0.9);
  expect((total('cpu_stats') - total('precpu_stats')) / 1e9).toBeCloseTo(0.5 * seconds, 1);
});

test('R39: engine 20.10 answers one-shot calls together, at its own tick of a second', async () => {
  const { engine, get } = await serveEngine({ flavour: FLAVOURS['20.10'] });
  for (const name of ['one', 'two', 'three']) engine.run({ name });
  await get(`/containers/one/${ONE_SHOT}`);
  const startMs = performance.now();
  const answers = await Promise.all(['one', 'two', 'three'].map((name) => get(`/containers/${name}/${ONE_SHOT}`)));
  const tookMs = performance.now() - startMs;
  expect(tookMs).toBeGreaterThan(800);
  expect(tookMs).toBeLessThan(1600);
  expect(answers.map(({ json }) => at(json, 'name'))).toEqual(['/one', '/two', '/three']);
});

test('a stream has a sample each second until the container is gone', async () => {
  const { engine, get } = await serveEngine({ flavour: FLAVOURS['29.0'] });
  engine.run({ name: 'web' });
  const stream = get('/containers/web/stats');
  await expect.poll(() => engine.calls.length).toBe(1);
  setTimeout(() => engine.destroy('web'), 1200);
  const samples = (await stream).body
    .toString()
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(samples.length).toBeGreaterThanOrEqual(2);
  expect([at(samples[0], 'preread'), at(samples[1], 'preread')]).toEqual([
    '0001-01-01T00:00:00Z',
    at(samples[0], 'read'),
  ]);
  expect(at(samples[0], 'os_type')).toBe('linux');
  expect(at(samples.at(-1), 'read')).toBe('0001-01-01T00:00:00Z');
});
