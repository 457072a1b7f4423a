import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { FLAVOURS } from '../../../exporter/demo/flavour.ts';
import { createApiServer } from '../../../exporter/demo/http/server.ts';
import type { HostStatus } from '../../../exporter/docker/host-state.ts';
import type { DownReason } from '../../../exporter/model/world.ts';
import { temporaryFolder } from '../config/temporary-folder.ts';
import { serve, serveEngine } from '../demo/client.ts';
import { messages, namesOf, sampled, viewOf, watch, watchSimulated } from './host-bed.ts';

const EVERYTHING = { path: /./ };

async function statusAfterFirstAttempt(url: string, timeoutMs = 5000): Promise<HostStatus> {
  const { host } = watch({ url }, { timeoutMs });
  await host.attempted;
  return host.status();
}

const down = (reason: DownReason, detail: RegExp) => ({
  phase: 'down',
  reason,
  detail: expect.stringMatching(detail) as unknown,
});

/** A server that says this to whoever connects, and no more. */
async function rawServer(text: string): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume().end(text);
  });
  const path = `${temporaryFolder()}/raw.sock`;
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `unix://${path}`;
}

const answering = async (status: number, headers: Readonly<Record<string, string>> = {}) => {
  const server = createApiServer({ answer: () => ({ status, headers, body: '{"message":"no"}' }), nowMs: Date.now });
  return `unix://${await serve(server)}`;
};

test('until the first attempt to connect has ended, a host is starting: not up, for no reason', async () => {
  const { engine, socketPath } = await serveEngine();
  engine.faults.add({ match: EVERYTHING, kind: 'hang' });
  const { host, scrape } = watch({ url: `unix://${socketPath}` });
  expect(host.status()).toEqual({ phase: 'starting' });
  expect(await scrape()).toMatchObject({
    host: 'edge-1',
    outcome: { ok: false },
    containers: [],
    events: { up: false },
  });
  expect((await scrape()).outcome).not.toHaveProperty('reason');
});

test('a host says when its containers were looked at', async () => {
  const { scrape } = await watchSimulated();
  const beforeMs = Date.now();
  const { readAtSeconds = 0 } = await scrape();
  expect(readAtSeconds * 1000).toBeGreaterThanOrEqual(beforeMs);
  expect(readAtSeconds * 1000).toBeLessThanOrEqual(Date.now());
});

test('a host that is up tells its engine, its containers and their samples', async () => {
  const { host, scrape, log } = await watchSimulated((engine) => {
    engine.run({ name: 'web' });
    engine.run({ name: 'frozen' });
    engine.pause('frozen');
    engine.create({ name: 'never' });
  });
  expect(host.status()).toEqual({ phase: 'up', containers: 3 });
  const snapshot = await scrape();
  expect(snapshot).toMatchObject({
    outcome: { ok: true },
    engine: { version: '28.5.2', apiVersion: '1.51', cgroupVersion: '2', storageDriver: 'overlay2', cpus: 4 },
    containerCounts: { created: 1, running: 1, paused: 1, restarting: 0, removing: 0, exited: 0, dead: 0 },
    clockSkewSeconds: 0,
    events: { up: true, totals: { reconnects: 0, gaps: 0 } },
  });
  expect(namesOf(snapshot)).toEqual(['frozen', 'never', 'web']);
  expect(sampled(snapshot)).toEqual(['frozen', 'web']);
  expect(messages(log)).toEqual(['engine up']);
});

test('is down as unreachable where there is no socket', async () => {
  expect(await statusAfterFirstAttempt('unix:///nowhere/docker.sock')).toEqual(down('unreachable', /ENOENT/));
});

test('is down as unreachable where nobody listens, with the address that was tried', async () => {
  expect(await statusAfterFirstAttempt('tcp://localhost:1')).toEqual(down('unreachable', /ECONNREFUSED .*:1$/));
});

test('is down by timeout where nobody answers', async () => {
  const { engine, socketPath } = await serveEngine();
  engine.faults.add({ match: EVERYTHING, kind: 'hang' });
  expect(await statusAfterFirstAttempt(`unix://${socketPath}`, 200)).toEqual(down('timeout', /the time was up/));
});

test.each([401, 403])('is down as denied where the answer is %d', async (status) => {
  expect(await statusAfterFirstAttempt(await answering(status))).toEqual(down('denied', new RegExp(`${status}: no`)));
});

test('is down as internal where the engine fails', async () => {
  expect(await statusAfterFirstAttempt(await answering(500))).toEqual(down('internal', /500/));
});

test('is down as unreachable where a proxy says that its engine is away', async () => {
  expect(await statusAfterFirstAttempt(await answering(503))).toEqual(down('unreachable', /503/));
});

test('is down by protocol where something else than HTTP answers', async () => {
  expect(await statusAfterFirstAttempt(await rawServer('SSH-2.0-OpenSSH_9.2p1\r\n'))).toEqual(down('protocol', /./));
});

test('is down by protocol where something else than an engine answers', async () => {
  expect(await statusAfterFirstAttempt(await answering(200))).toEqual(down('protocol', /no Docker engine/));
});

test('is down by protocol where the engine is too old', async () => {
  const url = await answering(200, { 'Api-Version': '1.40' });
  expect(await statusAfterFirstAttempt(url)).toEqual(down('protocol', /API 1\.40: Docker 20\.10 \(API 1\.41\)/));
});

test.each([
  ['20.10', '1.41'],
  ['28.5', '1.51'],
  ['29.0', '1.51'],
  ['29.1', '1.51'],
] as const)('speaks with an engine %s in API %s, at every call but the ping', async (version, api) => {
  const { engine, scrape } = await watchSimulated((it) => it.run({ name: 'web' }), {
    // At its tick, a 20.10 would take a second.
    engine: { flavour: { ...FLAVOURS[version], oneShot: 'direct' } },
  });
  const snapshot = await scrape();
  expect(snapshot.engine).toMatchObject({ version: FLAVOURS[version].version, apiVersion: api });
  expect(sampled(snapshot)).toEqual(['web']);
  const versions = engine.calls.filter(({ path }) => path !== '/_ping').map((call) => call.version);
  expect(new Set(versions)).toEqual(new Set([api]));
});

test('a fault of our own takes down one host of a scrape, not the scrape', async () => {
  const { host, log } = await watchSimulated((it) => it.run({ name: 'web' }));
  const broken = {
    ...viewOf(),
    identify: () => {
      throw new Error('a bug');
    },
  };
  expect(await host.observe(broken, 1000)).toMatchObject({
    outcome: { ok: false, reason: 'internal' },
    containers: [],
  });
  expect(log.at(-1)).toMatchObject({ level: 50, msg: 'host not read', err: { message: 'a bug' } });
});
