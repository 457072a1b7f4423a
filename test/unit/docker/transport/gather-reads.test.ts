import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createSilentServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, type TestOptions, test } from 'vitest';
import { request } from '../../../../exporter/docker/request.ts';
import { type EngineAddress, openTransport } from '../../../../exporter/docker/transport/index.ts';
import { needing } from '../../../bed/need.ts';
import { makeCertificates } from '../../../bed/trusted-certificates.ts';

const GATHER_MS = 80;

type Kind = 'unix' | 'tcp' | 'tls';

/** A server's address on TCP is an object. */
const portOf = (server: { address: () => unknown }) => (server.address() as AddressInfo).port;

async function serve(kind: Kind): Promise<{ server: Server; address: EngineAddress }> {
  if (kind === 'unix') {
    const folder = await mkdtemp(join(tmpdir(), 'gather-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'docker.sock');
    const server = createServer().listen(path);
    await once(server, 'listening');
    return { server, address: { url: `unix://${path}` } };
  }
  const { options, tls } = kind === 'tls' ? await secured() : {};
  const server = options === undefined ? createServer() : createTlsServer(options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: { url: `tcp://127.0.0.1:${portOf(server)}`, ...(tls && { tls }) } };
}

async function secured() {
  const { directory, remove } = await makeCertificates();
  onTestFinished(remove);
  const read = (name: string) => readFile(join(directory, name), 'utf8');
  return {
    options: { cert: await read('server-cert.pem'), key: await read('server-key.pem') },
    tls: { ca: await read('ca.pem') },
  };
}

/** What a server writes on an answer without an end, and what is heard of it. */
async function streamed(kind: Kind, onPiece: (piece: Buffer) => void): Promise<ServerResponse> {
  const { server, address } = await serve(kind);
  const transport = openTransport(address);
  const ending = new AbortController();
  onTestFinished(async () => {
    ending.abort();
    await transport.close();
    server.closeAllConnections();
    server.close();
  });
  const asking = once(server, 'request');
  const options = { pool: transport.streams, path: '/', timeoutMs: 5000, isStream: true };
  const began = new Promise<void>((resolve, reject) => {
    request(options, { onHead: () => resolve(), onPiece }, ending.signal).catch(reject);
  });
  const [, response] = (await Promise.race([asking, began.then(() => asking)])) as [unknown, ServerResponse];
  response.flushHeaders();
  await began;
  return response;
}

/** Tells in how many turns of the event loop something came. */
function countTurns() {
  let turns = 0;
  let isCounted = false;
  return {
    came: () => {
      if (isCounted) return;
      isCounted = true;
      turns++;
      setImmediate(() => {
        isCounted = false;
      });
    },
    turns: () => turns,
  };
}

describe.each<[Kind, TestOptions]>([
  ['unix', {}],
  ['tcp', {}],
  ['tls', needing('tls')],
])('over %s', (kind, needed) => {
  test(
    'many small writes, each a moment after the other, are read a few times, whole and in order',
    needed,
    async () => {
      const counted = countTurns();
      let heard = '';
      const response = await streamed(kind, (piece) => {
        counted.came();
        heard += piece.toString();
      });
      const numbers = Array.from({ length: 200 }, (_, index) => `${index}\n`);
      for (const number of numbers) {
        response.write(number);
        await delay(3);
      }
      await expect.poll(() => heard).toBe(numbers.join(''));
      // Each by itself without; some 15 on a quiet machine, and four more for each pause of a busy one.
      expect(counted.turns()).toBeLessThan(numbers.length / 3);
    },
  );

  test('what comes alone is heard at once', needed, async () => {
    let heardAtMs = 0;
    const response = await streamed(kind, () => {
      heardAtMs = performance.now();
    });
    const delays: number[] = [];
    for (let times = 0; times < 5; times++) {
      await delay(3 * GATHER_MS);
      const writtenAtMs = performance.now();
      response.write('a');
      await expect.poll(() => heardAtMs, { interval: 1 }).toBeGreaterThan(writtenAtMs);
      delays.push(heardAtMs - writtenAtMs);
    }
    expect(Math.min(...delays)).toBeLessThan(GATHER_MS / 2);
  });

  test('who sends much is not kept waiting', needed, async () => {
    let bytes = 0;
    const response = await streamed(kind, (piece) => {
      bytes += piece.length;
    });
    // As an engine replays its 256 events, but ten times as many.
    const piece = Buffer.alloc(4096);
    const pieces = 2560;
    const startMs = performance.now();
    for (let written = 0; written < pieces; written++) if (!response.write(piece)) await once(response, 'drain');
    await expect.poll(() => bytes, { timeout: 60_000, interval: 5 }).toBe(pieces * piece.length);
    expect(performance.now() - startMs).toBeLessThan(((pieces * piece.length) / 65_536 / 4) * GATHER_MS);
  });

  test('a connection that breaks while it waits is told, with all that came before', needed, async () => {
    let heard = '';
    const response = await streamed(kind, (piece) => {
      heard += piece.toString();
    });
    for (let written = 0; written < 20; written++) {
      response.write('a');
      await delay(3);
    }
    response.end('b');
    await expect.poll(() => heard).toBe(`${'a'.repeat(20)}b`);
  });
});

test.each([
  ['tcp://127.0.0.1:1', 'ECONNREFUSED'],
  ['https://127.0.0.1:1', 'ECONNREFUSED'],
  ['unix:///nowhere/docker.sock', 'ENOENT'],
])('where nobody listens, %s, a stream fails as a call does', async (url, code) => {
  const transport = openTransport({ url });
  onTestFinished(transport.close);
  const options = { pool: transport.streams, path: '/', timeoutMs: 5000, isStream: true };
  const asked = request(options, { onHead: () => undefined, onPiece: () => undefined }, new AbortController().signal);
  await expect(asked).rejects.toMatchObject({ code });
});

test('a stream that is still being connected ends with its transport', async () => {
  const server = createSilentServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const transport = openTransport({ url: `https://127.0.0.1:${portOf(server)}` });
  const options = { pool: transport.streams, path: '/', timeoutMs: 5000, isStream: true };
  const connecting = once(server, 'connection');
  const asked = request(options, { onHead: () => undefined, onPiece: () => undefined }, new AbortController().signal);
  const refused = expect(asked).rejects.toThrow();
  await connecting;
  await transport.close();
  await refused;
});
