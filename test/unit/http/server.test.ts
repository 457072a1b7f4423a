import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TlsKeyPair } from '../../../exporter/http/server.ts';
import { basic, deferred, hashOf, request, startServer } from './bed.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'harborlight-tls-'));
let first: TlsKeyPair;
let second: TlsKeyPair;

beforeAll(() => {
  first = makeKeyPair('first');
  second = makeKeyPair('second');
});

afterAll(() => rmSync(directory, { recursive: true }));

function makeKeyPair(name: string): TlsKeyPair {
  const file = (kind: string) => path.join(directory, `${name}.${kind}`);
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file('key')];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', file('cert'), ...subject], { stdio: 'pipe' });
  return { cert: readFileSync(file('cert'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
}

const onLoopback = { address: '127.0.0.1', port: 0 };

async function measureSeconds(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
}

test('it says where it listens', async () => {
  const { url, port } = await startServer();
  expect(url.href).toBe(`http://127.0.0.1:${port}/`);
  expect((await request(new URL('/healthz', url))).status).toBe(200);
});

test('an IPv6 address makes a URL that works', async () => {
  const { url } = await startServer({ listen: { address: '::1', port: 0 } });
  expect(url.hostname).toBe('[::1]');
  expect((await request(new URL('/healthz', url))).status).toBe(200);
});

test('a port in use is fatal and says so', async () => {
  const { port } = await startServer();
  await expect(startServer({ listen: { address: '127.0.0.1', port } })).rejects.toThrow(
    `listen on 127.0.0.1:${port}: another process has this port`,
  );
});

test('an address of another machine is fatal and says so', async () => {
  await expect(startServer({ listen: { address: '192.0.2.1', port: 0 } })).rejects.toThrow(
    'listen on 192.0.2.1:0: this machine does not have this address',
  );
});

test('stopping what never started does nothing', async () => {
  const { server } = await startServer();
  await server.stop();
  await server.stop();
});

test('it stops at once when connections are idle', async () => {
  const { url, server } = await startServer();
  const agent = new http.Agent({ keepAlive: true });
  await request(new URL('/healthz', url), { agent });
  expect(await measureSeconds(server.stop)).toBeLessThan(0.5);
  await expect(request(new URL('/healthz', url))).rejects.toThrow('ECONNREFUSED');
  agent.destroy();
});

test('a scrape that runs is given up when it stops, and its client told', async () => {
  const asked = deferred();
  const { url, server, log } = await startServer({
    scrape: ({ signal }) => {
      asked.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up', { cause: signal.reason })), { once: true });
      });
    },
  });
  const answer = request(new URL('/metrics', url));
  await asked.promise;
  expect(await measureSeconds(server.stop)).toBeLessThan(0.5);
  expect(await answer).toMatchObject({ status: 503, headers: { connection: 'close' } });
  expect(log()).not.toContain('"log.level":"error"');
});

test('a request on a kept connection is refused while it stops', async () => {
  const asked = deferred();
  const held = deferred<{ chunks: string[] }>();
  const { port, server } = await startServer({
    scrape: () => {
      asked.resolve();
      return held.promise;
    },
  });
  const socket = net.connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (part: Buffer) => (received += part.toString()));
  socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  await asked.promise;
  const stopped = server.stop();
  socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  held.resolve({ chunks: ['up 1\n'] });
  await stopped;
  expect(received).toContain('up 1\n');
  expect(received).toContain('The exporter is stopping.');
});

test('it stops in less than two seconds, whatever clients and scrapes do', async () => {
  const asked = deferred();
  const { port, server } = await startServer({
    scrape: () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
  });
  const sockets = ['', 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /healthz HTT'].map((text) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(text);
    return socket;
  });
  await asked.promise;
  const ended = sockets.map((socket) => once(socket, 'close'));
  expect(await measureSeconds(server.stop)).toBeLessThan(2);
  await Promise.all(ended);
});

test('TLS: a real client that trusts the certificate is answered', async () => {
  const { url } = await startServer({ listen: { ...onLoopback, tls: first } });
  expect(url.protocol).toBe('https:');
  const answer = await request(new URL('/metrics', url), { ca: first.cert });
  expect([answer.status, answer.body.toString()]).toEqual([200, 'up 1\n']);
});

test('TLS: one that does not trust it is not', async () => {
  const { url } = await startServer({ listen: { ...onLoopback, tls: first } });
  await expect(request(new URL('/metrics', url), { ca: second.cert })).rejects.toThrow('self-signed');
});

test('TLS: 1.1 is refused, 1.2 is not, before and after a reload', async () => {
  const { port, server } = await startServer({ listen: { ...onLoopback, tls: first } });
  const connect = async (version: tls.SecureVersion) => {
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false, ciphers: 'DEFAULT@SECLEVEL=0' };
    const socket = tls.connect({ ...options, minVersion: version, maxVersion: version });
    await once(socket, 'secureConnect');
    const protocol = socket.getProtocol();
    socket.destroy();
    return protocol;
  };
  expect(await connect('TLSv1.2')).toBe('TLSv1.2');
  await expect(connect('TLSv1.1')).rejects.toThrow(/alert|version/i);
  server.update({ tls: second });
  expect(await connect('TLSv1.2')).toBe('TLSv1.2');
  await expect(connect('TLSv1.1')).rejects.toThrow(/alert|version/i);
});

test('TLS: a reload brings the new certificate without a restart', async () => {
  const { url, server } = await startServer({ listen: { ...onLoopback, tls: first } });
  server.update({ tls: second });
  expect((await request(new URL('/healthz', url), { ca: second.cert })).status).toBe(200);
  await expect(request(new URL('/healthz', url), { ca: first.cert })).rejects.toThrow('self-signed');
});

test.each([
  ['no certificate', () => ({ cert: 'nothing', key: first.key })],
  ['the key of another one', () => ({ cert: second.cert, key: first.key })],
])('TLS: a reload with %s throws and changes nothing, the users neither', async (_name, bad) => {
  const { url, server } = await startServer({
    listen: { ...onLoopback, tls: first },
    auth: { users: { ops: hashOf('old') } },
  });
  expect(() => server.update({ tls: bad(), auth: { users: { ops: hashOf('new') } } })).toThrow();
  const answer = await request(new URL('/metrics', url), {
    ca: first.cert,
    headers: { Authorization: basic('ops', 'old') },
  });
  expect(answer.status).toBe(200);
});

test('TLS: a connection in the middle of its handshake does not keep it from stopping', async () => {
  const { port, server } = await startServer({ listen: { ...onLoopback, tls: first } });
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  expect(await measureSeconds(server.stop)).toBeLessThan(2);
});

test('a reload changes who is let in', async () => {
  const { url, server } = await startServer({ auth: { users: { ops: hashOf('old') } } });
  const ask = async (password: string) =>
    (await request(new URL('/metrics', url), { headers: { Authorization: basic('ops', password) } })).status;
  expect(await ask('old')).toBe(200);
  server.update({ auth: { users: { ops: hashOf('new') } } });
  expect(await ask('old')).toBe(401);
  expect(await ask('new')).toBe(200);
});
