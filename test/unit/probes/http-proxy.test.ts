import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { needing } from '../../bed/need.ts';
import { makeWebCertificates } from '../../bed/web-certificates.ts';
import { ask, listen, serveRaw, serveText } from './http-bed.ts';

/** A proxy that lets through to ports of 127.0.0.1, whatever the name is. */
const serveProxy = async () => {
  const heads: string[] = [];
  const server = createTcpServer((socket) => {
    socket.once('data', (chunk) => {
      const head = chunk.toString('latin1');
      heads.push(head);
      const port = /^CONNECT [^ ]+:(\d+) /.exec(head)?.[1];
      if (port === undefined) {
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nby proxy.');
        return;
      }
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      const target = connect(Number(port), '127.0.0.1');
      target.on('error', () => undefined);
      // What was piped to it is not read any more.
      target.once('close', () => socket.destroySoon());
      socket.pipe(target).pipe(socket);
    });
  });
  return { ...(await listen(server)), heads };
};

test('a proxy is asked for the whole URL, and for no lookup here', async () => {
  const proxy = await serveProxy();
  const result = await ask('http://unknown.example:81/a?b=c', { proxy: proxy.url, expect: { body: 'by proxy' } });
  expect(result).toMatchObject({ success: true, details: { address: { family: 4 }, http: { usedTls: false } } });
  const [head = ''] = proxy.heads;
  expect(head).toMatch(/^GET http:\/\/unknown\.example:81\/a\?b=c HTTP\/1\.1\r\n/);
  expect(head).toContain('host: unknown.example:81\r\n');
});

test('an address that is refused is not reached through a proxy', async () => {
  const proxy = await serveProxy();
  const network = {
    refuses: (address: string) => (address === '169.254.169.254' ? 'a link-local address' : undefined),
  };
  const result = await ask('http://0xa9fea9fe/latest', { proxy: proxy.url }, { network });
  expect(result.failure).toBe('169.254.169.254 is refused: a link-local address');
  expect(proxy.heads).toEqual([]);
});

test('a proxy that is refused is not asked', async () => {
  const proxy = await serveProxy();
  const network = { refuses: () => 'a loopback address' };
  expect((await ask('http://one.test/', { proxy: proxy.url }, { network })).failure).toBe(
    '127.0.0.1 is refused: a loopback address',
  );
});

test('TLS goes through the proxy, which learns nothing but the host', needing('tls'), async () => {
  const certificates = await makeWebCertificates();
  onTestFinished(certificates.remove);
  const [cert, key] = ['good.pem', 'good.key'].map((name) => readFileSync(join(certificates.directory, name)));
  const server = await listen(
    createServer({ ...(cert && { cert }), ...(key && { key }) }, (_, response) => void response.end('ok')),
  );
  const proxy = await serveProxy();
  const given = {
    proxy: proxy.url,
    tls: { ca_file: certificates.caFile },
    headers: { Authorization: 'Bearer s3cret' },
  };
  const result = await ask(`https://localhost:${server.port}/secret-path`, given);
  expect(result).toMatchObject({
    success: true,
    details: { http: { usedTls: true }, tls: { leaf: { subject: 'CN=good,O=tests' } } },
  });
  expect(proxy.heads).toHaveLength(1);
  expect(proxy.heads[0]).toMatch(new RegExp(`^CONNECT localhost:${server.port} HTTP/1.1\r\n`));
  expect(proxy.heads[0]).not.toMatch(/s3cret|secret-path|authorization/i);
  await vi.waitFor(() => expect([proxy.open.size, server.open.size]).toEqual([0, 0]));
});

test.each([
  ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'the proxy answers with status 407'],
  ['', 'connection closed by the proxy'],
  ['HTTP/1.1 200', 'connection closed by the proxy'],
  ['what\r\n', /^the answer is not HTTP: /],
])('a proxy that answers %j is told', async (answer, failure) => {
  const { url } = await serveText(answer);
  expect((await ask('https://one.test/', { proxy: url })).failure).toMatch(failure);
});

test('a proxy that says nothing ends with the time', async () => {
  const { url, open } = await serveRaw(() => undefined);
  expect((await ask('https://one.test/', { proxy: url }, { timeoutMs: 300 })).failure).toBe('no result within 0.3 s');
  await vi.waitFor(() => expect(open.size).toBe(0));
});
