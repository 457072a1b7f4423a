import { expect, test } from 'vitest';
import { FLAVOURS } from '../../../exporter/demo/flavour.ts';
import { at, each, serveEngine, standingTime } from './client.ts';

const filters = (value: object): string => `filters=${encodeURIComponent(JSON.stringify(value))}`;

test('the list has what runs, newest first; all, a limit or a status bring the others', async () => {
  const { engine, get } = await serveEngine();
  for (const name of ['first', 'second', 'third']) engine.run({ name });
  engine.stop('second');
  const names = async (query: string): Promise<readonly unknown[]> =>
    each((await get(`/containers/json?${query}`)).json, 'Names', 0);
  expect(await names('')).toEqual(['/third', '/first']);
  expect(await names('all=1')).toEqual(['/third', '/second', '/first']);
  expect(await names('limit=2')).toEqual(['/third', '/second']);
  expect(await names(filters({ status: ['exited'] }))).toEqual(['/second']);
});

test('filters are taken in both forms that clients write', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'shop-web-1', labels: { project: 'shop', tier: 'front' } });
  engine.run({ name: 'blog-web-1', labels: { project: 'blog' } });
  for (const label of [['project=shop', 'tier'], { 'project=shop': true, tier: true }]) {
    expect(each((await get(`/containers/json?${filters({ label })}`)).json, 'Names', 0)).toEqual(['/shop-web-1']);
  }
  expect(each((await get(`/containers/json?${filters({ name: ['^/?blog'] })}`)).json, 'Names', 0)).toEqual([
    '/blog-web-1',
  ]);
});

test('a filter by health tells containers without a health check apart', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'checked', healthcheck: { command: 'true', intervalSeconds: 5, retries: 2 } });
  engine.setHealth('checked', 'unhealthy');
  engine.run({ name: 'unchecked' });
  expect(each((await get(`/containers/json?${filters({ health: ['unhealthy'] })}`)).json, 'Names', 0)).toEqual([
    '/checked',
  ]);
  expect(each((await get(`/containers/json?${filters({ health: ['none'] })}`)).json, 'Names', 0)).toEqual([
    '/unchecked',
  ]);
});

test.each([
  [filters({ x: ['y'] }), "invalid filter 'x'"],
  ['filters=nope', 'invalid filter'],
  [
    filters({ status: ['y'] }),
    "invalid filter 'status=y': invalid value for state (y): must be one of created, running, paused, restarting, removing, exited, dead",
  ],
])('the list refuses %s', async (query, message) => {
  const { get } = await serveEngine();
  const { status, json } = await get(`/containers/json?${query}`);
  expect([status, json]).toEqual([400, { message }]);
});

test('the status is worded as docker ps prints it', async () => {
  const time = standingTime();
  const { engine, get } = await serveEngine({ sourceNano: time.sourceNano });
  engine.run({ name: 'healthy', healthcheck: { command: 'true', intervalSeconds: 5, retries: 2 } });
  engine.run({ name: 'paused' });
  engine.run({ name: 'looping', restart: { policy: 'always' } });
  engine.run({ name: 'killed' });
  engine.create({ name: 'created' });
  time.pass(90);
  engine.check('healthy', { exitCode: 0, output: '' });
  engine.pause('paused');
  engine.die('looping', 7);
  engine.oom('killed');
  time.pass(10);
  expect(each((await get('/containers/json?all=1')).json, 'Status')).toEqual([
    'Created',
    'Exited (137) 10 seconds ago',
    'Restarting (7) 10 seconds ago',
    'Up About a minute (Paused)',
    'Up About a minute (healthy)',
  ]);
});

test('trap 3: a restarting container is Running and Restarting at once', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'looping', restart: { policy: 'always' } });
  engine.die('looping', 7);
  expect(at((await get('/containers/looping/json')).json, 'State')).toMatchObject({
    Status: 'restarting',
    Running: true,
    Restarting: true,
    ExitCode: 7,
    Pid: 0,
  });
});

test('trap 12: the list has the image id instead of a name that moved to another image', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web', image: 'shop/web:1' });
  const before = at((await get('/containers/json')).json, 0);
  engine.pull('shop/web:1');
  const after = at((await get('/containers/json')).json, 0);
  expect([at(before, 'Image'), at(after, 'Image')]).toEqual(['shop/web:1', at(before, 'ImageID')]);
  expect(at((await get('/containers/web/json')).json, 'Config', 'Image')).toBe('shop/web:1');
});

test('trap 23: a container that never started has the zero time', async () => {
  const { engine, get } = await serveEngine();
  engine.create({ name: 'created' });
  expect(at((await get('/containers/created/json')).json, 'State')).toMatchObject({
    StartedAt: '0001-01-01T00:00:00Z',
    FinishedAt: '0001-01-01T00:00:00Z',
  });
});

test('limits stand in HostConfig as they were given, and as 0 or null where they were not', async () => {
  const { engine, get } = await serveEngine();
  engine.run({
    name: 'limited',
    limits: { memoryBytes: 67_108_864, memoryReservationBytes: 33_554_432, cpus: 0.5, cpusetCpus: '0-1', pids: 50 },
  });
  engine.run({ name: 'quota', limits: { cpuQuotaMicros: 20_000, cpuPeriodMicros: 100_000 } });
  const hostConfig = async (name: string): Promise<unknown> =>
    at((await get(`/containers/${name}/json`)).json, 'HostConfig');
  expect(await hostConfig('limited')).toMatchObject({
    Memory: 67_108_864,
    MemoryReservation: 33_554_432,
    NanoCpus: 500_000_000,
    CpusetCpus: '0-1',
    PidsLimit: 50,
  });
  expect(await hostConfig('quota')).toMatchObject({
    Memory: 0,
    NanoCpus: 0,
    CpuQuota: 20_000,
    CpuPeriod: 100_000,
    PidsLimit: null,
  });
});

test('from API 1.52 on the list has the health, and inspect lacks the old network fields', async () => {
  const { engine, get } = await serveEngine({ flavour: FLAVOURS['29.0'] });
  engine.run({ name: 'web', healthcheck: { command: 'true', intervalSeconds: 5, retries: 2 } });
  const [old, young] = [await get('/v1.51/containers/json'), await get('/v1.52/containers/json')];
  expect([at(old.json, 0, 'Health'), at(young.json, 0, 'Health')]).toEqual([
    undefined,
    { Status: 'starting', FailingStreak: 0 },
  ]);
  const settings = at((await get('/v1.52/containers/web/json')).json, 'NetworkSettings');
  expect(at(settings, 'IPAddress')).toBeUndefined();
  expect(at(settings, 'Networks', 'bridge', 'IPAddress')).toBe('172.17.0.2');
});

test('system/df has lists up to API 1.51, both forms in 1.52, summaries alone in 1.53', async () => {
  const { engine, get } = await serveEngine({ flavour: FLAVOURS['29.1'] });
  engine.run({ name: 'web', volumes: { data: '/data' } });
  const keys = async (path: string): Promise<readonly string[]> => Object.keys((await get(path)).json as object);
  const lists = ['LayersSize', 'Images', 'Containers', 'Volumes', 'BuildCache'];
  const summaries = ['ImageUsage', 'ContainerUsage', 'VolumeUsage', 'BuildCacheUsage'];
  expect(await keys('/v1.51/system/df')).toEqual(lists);
  expect(await keys('/v1.52/system/df')).toEqual([...lists, ...summaries]);
  expect(await keys('/v1.52/system/df?verbose=1')).toEqual(summaries);
  expect(await keys('/v1.53/system/df')).toEqual(summaries);
});

test('a sidecar names its owner by id and has no network of its own', async () => {
  const { engine, get } = await serveEngine();
  const owner = engine.run({ name: 'web' });
  engine.run({ name: 'sidecar', networks: ['container:web'] });
  const { json } = await get('/containers/sidecar/json');
  expect(at(json, 'HostConfig', 'NetworkMode')).toBe(`container:${owner}`);
  expect(at(json, 'NetworkSettings', 'Networks')).toEqual({});
});
