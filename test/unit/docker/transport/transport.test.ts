import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createSimulatedEngine } from '../../../../exporter/demo/engine.ts';
import type { TlsMaterial } from '../../../../exporter/docker/transport/tcp.ts';
import { script } from '../../../bed/command.ts';
import { needing } from '../../../bed/need.ts';
import { serveEngine } from '../../demo/client.ts';
import { connectTo } from '../bed.ts';
import { watch } from '../host-bed.ts';

const signal = new AbortController().signal;

/** Over both clients: the one for answers and the one for streams. */
async function expectAnswers(address: { url: string; tls?: TlsMaterial }) {
  const { api } = await connectTo(address);
  expect(await api.version(signal)).toMatchObject({ Version: '28.5.2' });
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const lines: string[] = [];
  await api.events(1, (line) => lines.push(line), abort.signal);
  await vi.waitFor(() => expect(lines).not.toEqual([]));
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ Type: 'image', Action: 'pull' });
}

async function engineOn(host: string, tls?: object) {
  const engine = createSimulatedEngine();
  engine.run({ name: 'web' });
  const url = await engine.listen({ host, port: 0, ...(tls && { tls }) });
  onTestFinished(() => engine.close());
  return { engine, url };
}

test('an engine answers and streams over its socket', async () => {
  const { engine, socketPath } = await serveEngine();
  engine.run({ name: 'web' });
  await expectAnswers({ url: `unix://${socketPath}` });
});

test.each(['tcp:', 'http:'])('an engine answers and streams over %s', async (scheme) => {
  const { url } = await engineOn('127.0.0.1');
  await expectAnswers({ url: url.replace('tcp:', scheme) });
});

test('an engine answers and streams at an IPv6 address', async () => {
  const { url } = await engineOn('::1');
  await expectAnswers({ url: url.replace('tcp://::1:', 'tcp://[::1]:') });
});

describe('an engine that takes connections and says nothing', () => {
  async function silent() {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.resume());
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    // A server on TCP has an address of this form.
    const { port } = server.address() as AddressInfo;
    return { sockets, address: `127.0.0.1:${port}` };
  }

  test.each(['http', 'https'])('over %s is down by timeout when a call had its time', async (scheme) => {
    const { address } = await silent();
    const startMs = performance.now();
    const { host } = watch({ url: `${scheme}://${address}` }, { timeoutMs: 200 });
    await host.attempted;
    expect(host.status()).toMatchObject({ phase: 'down', reason: 'timeout' });
    expect(performance.now() - startMs).toBeLessThan(1000);
  });

  test.each(['http', 'https'])('over %s has no connection any more when its host is stopped', async (scheme) => {
    const { address, sockets } = await silent();
    const { host } = watch({ url: `${scheme}://${address}` });
    await vi.waitFor(() => expect(sockets.size).toBe(1));
    await host.stop();
    await vi.waitFor(() => expect(sockets.size).toBe(0));
  });
});

describe('R7: with the variables of the Docker client in the environment', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each(['tcp://127.0.0.1:1', 'ssh://nobody@127.0.0.1:1', 'unix:///nowhere/docker.sock'])(
    'as DOCKER_HOST=%s, every engine is where its URL says',
    async (dockerHost) => {
      vi.stubEnv('DOCKER_HOST', dockerHost);
      vi.stubEnv('DOCKER_TLS_VERIFY', '1');
      vi.stubEnv('DOCKER_PATH_PREFIX', '/elsewhere');
      const { engine, socketPath } = await serveEngine();
      engine.run({ name: 'web' });
      await expectAnswers({ url: `unix://${socketPath}` });
      await expectAnswers({ url: (await engineOn('127.0.0.1')).url });
    },
  );

  test('no timeout cuts a quiet stream', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    vi.stubEnv('DOCKER_CLIENT_TIMEOUT', '50');
    const { engine, socketPath } = await serveEngine();
    engine.run({ name: 'web' });
    const { api } = await connectTo({ url: `unix://${socketPath}` });
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    const lines: string[] = [];
    await api.events(4_000_000_000, (line) => lines.push(line), abort.signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
    engine.pause('web');
    await vi.waitFor(() => expect(lines).toEqual([expect.stringContaining('"Action":"pause"')]));
  });
});

describe('over TLS', needing('tls'), () => {
  let own: string;
  let foreign: string;
  const file = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

  beforeAll(async () => {
    own = mkdtempSync(join(tmpdir(), 'own-'));
    foreign = mkdtempSync(join(tmpdir(), 'foreign-'));
    await Promise.all([script('certificates', own), script('certificates', foreign)]);
  });
  afterAll(() => {
    for (const folder of [own, foreign]) rmSync(folder, { recursive: true });
  });

  const secured = () =>
    engineOn('127.0.0.1', {
      cert: file(own, 'server-cert.pem'),
      key: file(own, 'server-key.pem'),
      ca: file(own, 'ca.pem'),
      requestCert: true,
      rejectUnauthorized: true,
    });
  const client = (folder: string) => ({ cert: file(folder, 'cert.pem'), key: file(folder, 'key.pem') });

  test('an engine answers and streams to who has its authority and a client certificate', async () => {
    const { url } = await secured();
    const tls = { ca: file(own, 'ca.pem'), ...client(own) };
    await expectAnswers({ url, tls });
    await expectAnswers({ url: url.replace('tcp:', 'https:'), tls });
  });

  test('its certificate may be for another name than that of the URL', async () => {
    const { url } = await secured();
    const tls = { ca: file(own, 'ca.pem'), ...client(own) };
    expect(await statusOf({ url, tls: { ...tls, serverName: 'elsewhere' } })).toMatchObject({ reason: 'denied' });
    await expectAnswers({ url, tls: { ...tls, serverName: 'localhost' } });
  });

  async function statusOf(address: { url: string; tls?: TlsMaterial }) {
    const { host } = watch(address, { timeoutMs: 2000 });
    await host.attempted;
    return host.status();
  }

  test.each<[string, () => TlsMaterial]>([
    ['an unknown authority', () => ({ ca: file(foreign, 'ca.pem'), ...client(own) })],
    ['no authority but the public ones', () => client(own)],
    ['no client certificate', () => ({ ca: file(own, 'ca.pem') })],
  ])('with %s the host is down as denied', async (_what, tls) => {
    const { url } = await secured();
    expect(await statusOf({ url, tls: tls() })).toMatchObject({ phase: 'down', reason: 'denied' });
  });

  test('to an engine that speaks no TLS the host is down by protocol', async () => {
    const { url } = await engineOn('127.0.0.1');
    expect(await statusOf({ url, tls: { ca: file(own, 'ca.pem') } })).toMatchObject({
      phase: 'down',
      reason: 'protocol',
    });
  });
});
