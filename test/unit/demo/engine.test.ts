import { expect, test } from 'vitest';
import { FLAVOURS } from '../../../exporter/demo/flavour.ts';
import { at, each, serveEngine, standingTime } from './client.ts';

test('a ping names the version of the API and the time of the engine', async () => {
  const { engine, get } = await serveEngine({ sourceNano: standingTime().sourceNano });
  engine.clock.step(-60);
  const { status, headers, body } = await get('/_ping');
  expect([status, body.toString()]).toEqual([200, 'OK']);
  expect(headers).toMatchObject({
    'api-version': '1.51',
    'docker-experimental': 'false',
    ostype: 'linux',
    server: 'Docker/28.5.2 (linux)',
    date: new Date((1_795_222_000 - 60) * 1000).toUTCString(),
  });
  expect((await get('/_ping', { method: 'HEAD' })).status).toBe(200);
});

test('a path works with any version that the engine has, and without one', async () => {
  const { get } = await serveEngine();
  const paths = ['/info', '/v1.24/info', '/v1.51/info'];
  const answers = await Promise.all(paths.map((path) => get(path)));
  expect(each(answers, 'status')).toEqual([200, 200, 200]);
});

test('a version that is too old or too new is refused in the words of the engine', async () => {
  const { get } = await serveEngine({ flavour: FLAVOURS['29.0'] });
  const old = await get('/v1.43/containers/json');
  expect([old.status, old.json]).toEqual([
    400,
    {
      message:
        'client version 1.43 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version',
    },
  ]);
  const young = await get('/v1.53/containers/json');
  expect([young.status, young.json]).toEqual([
    400,
    { message: 'client version 1.53 is too new. Maximum supported API version is 1.52' },
  ]);
});

test('an unknown path, a method that it has not and a container that is not there are told apart', async () => {
  const { get } = await serveEngine();
  const unknown = await get('/v1.51/nothing');
  const method = await get('/containers/json', { method: 'POST' });
  const gone = await get('/containers/gone/json');
  expect([unknown.status, unknown.json]).toEqual([404, { message: 'page not found' }]);
  expect([method.status, method.json]).toEqual([404, { message: 'page not found' }]);
  expect([gone.status, gone.json]).toEqual([404, { message: 'No such container: gone' }]);
});

test('a container is found by id, by the beginning of its id and by name', async () => {
  const { engine, get } = await serveEngine();
  const id = engine.run({ name: 'shop-web-1' });
  for (const reference of [id, id.slice(0, 12), 'shop-web-1']) {
    expect(at((await get(`/containers/${reference}/json`)).json, 'Id')).toBe(id);
  }
});

test('calls are counted with path, version and query', async () => {
  const { engine, get } = await serveEngine();
  await get('/v1.41/containers/json?all=1');
  await get('/_ping', { method: 'HEAD' });
  expect(engine.calls).toMatchObject([
    { method: 'GET', path: '/containers/json', version: '1.41', query: 'all=1' },
    { method: 'HEAD', path: '/_ping', query: '' },
  ]);
  engine.forgetCalls();
  expect(engine.calls).toEqual([]);
});

test('/info counts created and restarting containers as stopped', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'running' });
  engine.create({ name: 'created' });
  engine.run({ name: 'paused' });
  engine.pause('paused');
  engine.run({ name: 'restarting', restart: { policy: 'always' } });
  engine.die('restarting');
  expect((await get('/info')).json).toMatchObject({
    Containers: 4,
    ContainersRunning: 1,
    ContainersPaused: 1,
    ContainersStopped: 2,
    CgroupVersion: '2',
    Driver: 'overlay2',
  });
});

test('the containerd image store shows in /info, list and inspect', async () => {
  const { engine, get } = await serveEngine({ flavour: FLAVOURS['29.0'] });
  engine.run({ name: 'web' });
  expect(at((await get('/info')).json, 'Driver')).toBe('overlayfs');
  expect(at((await get('/containers/json')).json, 0, 'ImageManifestDescriptor', 'digest')).toMatch(/^sha256:/);
  expect(at((await get('/containers/web/json')).json, 'GraphDriver')).toEqual({ Name: 'overlayfs', Data: null });
});

test('it listens on TCP as well', async () => {
  const { engine } = await serveEngine();
  const address = await engine.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(`${address.replace('tcp:', 'http:')}/_ping`);
  expect(await response.text()).toBe('OK');
});

test('when it closes, open calls end and the socket is gone', async () => {
  const { engine, get, socketPath } = await serveEngine();
  const open = get('/events');
  open.catch(() => undefined);
  await expect.poll(() => engine.calls.length).toBe(1);
  await engine.close();
  await expect(open).rejects.toThrow();
  await expect(get('/_ping')).rejects.toThrow(/ENOENT/);
  await engine.listen({ socketPath });
  expect((await get('/_ping')).status).toBe(200);
});
