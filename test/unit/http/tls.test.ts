import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TlsKeyPair } from '../../../exporter/http/server.ts';
import { needing } from '../../bed/need.ts';
import { basic, hashOf, request, startServer } from './bed.ts';

const onLoopback = { address: '127.0.0.1', port: 0 };

describe('TLS', needing('tls'), () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'harborlight-tls-'));
  let first: TlsKeyPair;
  let second: TlsKeyPair;

  beforeAll(() => {
    first = makeKeyPair(directory, 'first');
    second = makeKeyPair(directory, 'second');
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  test('a real client that trusts the certificate is answered', async () => {
    const { url } = await startServer({ listen: { ...onLoopback, tls: first } });
    expect(url.protocol).toBe('https:');
    const answer = await request(new URL('/metrics', url), { ca: first.cert });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'up 1\n']);
  });

  test('one that does not trust it is not', async () => {
    const { url } = await startServer({ listen: { ...onLoopback, tls: first } });
    await expect(request(new URL('/metrics', url), { ca: second.cert })).rejects.toThrow('self-signed');
  });

  test('1.1 is refused, 1.2 is not, before and after a reload', async () => {
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

  test('a reload brings the new certificate without a restart', async () => {
    const { url, server } = await startServer({ listen: { ...onLoopback, tls: first } });
    server.update({ tls: second });
    expect((await request(new URL('/healthz', url), { ca: second.cert })).status).toBe(200);
    await expect(request(new URL('/healthz', url), { ca: first.cert })).rejects.toThrow('self-signed');
  });

  test.each([
    ['no certificate', () => ({ cert: 'nothing', key: first.key })],
    ['the key of another one', () => ({ cert: second.cert, key: first.key })],
  ])('a reload with %s throws and changes nothing, the users neither', async (_name, bad) => {
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

  test('a connection in the middle of its handshake does not keep it from stopping', async () => {
    const { port, server } = await startServer({ listen: { ...onLoopback, tls: first } });
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const startMs = performance.now();
    await server.stop();
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});

function makeKeyPair(directory: string, name: string): TlsKeyPair {
  const file = (kind: string) => path.join(directory, `${name}.${kind}`);
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file('key')];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', file('cert'), ...subject], { stdio: 'pipe' });
  return { cert: readFileSync(file('cert'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
}
