import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { needing } from '../../bed/need.ts';
import { makeWebCertificates, type WebCertificate, type WebCertificates } from '../../bed/web-certificates.ts';
import { ask, listen, serveText } from './http-bed.ts';

describe('a web server that speaks TLS', needing('tls'), () => {
  let certificates: WebCertificates;
  beforeAll(async () => {
    certificates = await makeWebCertificates();
  });
  afterAll(() => certificates.remove());

  const pair = (name: WebCertificate) => ({
    cert: readFileSync(join(certificates.directory, `${name}.pem`)),
    key: readFileSync(join(certificates.directory, `${name}.key`)),
  });
  const trusting = (more = {}) => ({ tls: { ca_file: certificates.caFile, ...more } });
  const serveHttps = async (name: WebCertificate, options = {}) => {
    const server = createHttpsServer({ ...pair(name), ...options }, (_request, response) => void response.end('ok'));
    const listening = await listen(server);
    return {
      ...listening,
      url: `https://localhost.test:${listening.port}/`,
      address: `https://127.0.0.1:${listening.port}/`,
    };
  };
  const serveHttp2 = async (onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void) => {
    const server = createSecureServer({ ...pair('good'), allowHTTP1: false });
    server.on('stream', onStream);
    server.on('sessionError', () => undefined);
    const listening = await listen(server);
    return { ...listening, address: `https://127.0.0.1:${listening.port}/` };
  };

  test('is asked over TLS, and its certificate is told', async () => {
    const { address, open } = await serveHttps('good');
    const result = await ask(address, { ...trusting(), expect: { tls: true, body: '^ok$' } });
    expect(result).toMatchObject({
      success: true,
      details: {
        http: { version: 1.1, usedTls: true, statusCode: 200 },
        tls: { leaf: { subject: 'CN=good,O=tests' } },
      },
    });
    expect(result.details.http?.phases.tls).toBeGreaterThan(0);
    expect(result.details.tls?.chainExpirySeconds).toBeGreaterThan(Date.now() / 1000);
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  test.each([
    ['expired', 'the certificate is not believed: it has expired'],
    ['self-signed', 'the certificate is not believed: it is self-signed'],
    ['wrong-name', 'the certificate is not believed: it is for another name'],
  ] as const)(
    'with a certificate that is %s is not asked, and of it no more is told than why',
    async (name, failure) => {
      const { address, open } = await serveHttps(name);
      const result = await ask(address, trusting());
      expect([result.success, result.failure]).toEqual([false, failure]);
      expect(result.details.http).toMatchObject({ statusCode: 0, usedTls: false });
      expect(result.details.tls).toBeUndefined();
      expect((await ask(address, trusting({ verify: false }))).success).toBe(true);
      await vi.waitFor(() => expect(open.size).toBe(0));
    },
  );

  test('is believed under the name that is configured, which another host is not asked for', async () => {
    const other = await serveHttps('good');
    const first = await listen(
      createHttpsServer(pair('wrong-name'), (_request, response) => {
        response.writeHead(302, { Location: other.address }).end();
      }),
    );
    const result = await ask(`https://127.0.0.1:${first.port}/`, trusting({ server_name: 'elsewhere.example' }));
    expect(result.failure).toBeUndefined();
    expect(result.details).toMatchObject({ http: { redirects: 1 }, tls: { leaf: { subject: 'CN=good,O=tests' } } });
  });

  test('gets a client certificate, and only the origin that is configured does', async () => {
    const seen: boolean[] = [];
    const asking = { requestCert: true, rejectUnauthorized: false };
    const isShown = ({ socket }: IncomingMessage) =>
      socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0;
    const other = await listen(
      createHttpsServer({ ...pair('good'), ...asking }, (request, response) => {
        seen.push(isShown(request));
        response.end('ok');
      }),
    );
    const first = await listen(
      createHttpsServer({ ...pair('good'), ...asking }, (request, response) => {
        seen.push(isShown(request));
        response.writeHead(302, { Location: `https://127.0.0.1:${other.port}/` }).end();
      }),
    );
    const files = {
      cert_file: join(certificates.directory, 'good.pem'),
      key_file: join(certificates.directory, 'good.key'),
    };
    expect((await ask(`https://127.0.0.1:${first.port}/`, trusting(files))).success).toBe(true);
    expect(seen).toEqual([true, false]);
  });

  test('that redirects to plain HTTP is one without TLS, as is its certificate', async () => {
    const plain = await serveText('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    const { port } = await listen(
      createHttpsServer(
        pair('good'),
        (_request, response) => void response.writeHead(302, { Location: plain.url }).end(),
      ),
    );
    const { details, success } = await ask(`https://127.0.0.1:${port}/`, trusting());
    expect([success, details.tls]).toEqual([true, undefined]);
    expect(details.http).toMatchObject({ usedTls: false, redirects: 1 });
    expect(details.http?.phases.tls).toBeGreaterThan(0);
    expect((await ask(`https://127.0.0.1:${port}/`, { ...trusting(), expect: { tls: true } })).failure).toBe(
      'answered without TLS',
    );
  });

  test('is spoken to in HTTP/2 where it wants to', async () => {
    const seen: unknown[] = [];
    const { address, open } = await serveHttp2((stream, headers) => {
      seen.push([headers[':method'], headers[':path'], headers[':authority'], headers['x-key'], headers.accept]);
      stream.additionalHeaders({ ':status': 103, link: '</a>' });
      stream.respond({ ':status': 200, 'set-cookie': ['a=1', 'b=2'] }, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ sum: '1' }));
      stream.pipe(stream);
    });
    const given = { ...trusting(), method: 'POST', body: 'echo', headers: { 'X-Key': 'k', Host: 'shop.test' } };
    const result = await ask(`${address}a?b=c`, {
      ...given,
      expect: { body: '^echo$', headers: [{ name: 'Set-Cookie', pattern: '^b=2$' }] },
    });
    expect(result).toMatchObject({
      success: true,
      details: { http: { version: 2, statusCode: 200, uncompressedBodyBytes: 4, contentLength: -1 } },
    });
    expect(seen).toEqual([['POST', '/a?b=c', 'shop.test', 'k', '*/*']]);
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  test('may not want HTTP/2 where nothing else is allowed', async () => {
    const { address } = await serveHttps('good');
    const result = await ask(address, { ...trusting(), version: 2 });
    expect(result.failure).toMatch(/^HTTP\/2 was not agreed on$|^no TLS: .*no_application_protocol/);
    const { address: modern } = await serveHttp2((stream) => {
      stream.respond({ ':status': 204 }, { endStream: true });
    });
    expect((await ask(modern, { ...trusting(), version: '2' })).details.http).toMatchObject({
      version: 2,
      contentLength: 0,
    });
    expect((await ask(modern, { ...trusting(), version: 1.1 })).success).toBe(false);
    const plain = await serveText('');
    expect((await ask(plain.url, { version: 2 })).failure).toBe('HTTP/2 is spoken with https:// only');
  });

  test.each([
    [
      'resets the stream in the place of an answer',
      (stream: ServerHttp2Stream) => stream.close(2),
      'HTTP/2: internal error',
      0,
    ],
    [
      'refuses it without a fault',
      (stream: ServerHttp2Stream) => stream.close(0),
      'connection closed without an answer',
      0,
    ],
    [
      'closes the connection in the place of an answer',
      (_stream: ServerHttp2Stream, cut: () => void) => cut(),
      'connection closed without an answer',
      0,
    ],
    [
      'closes the connection in the middle of the body',
      (stream: ServerHttp2Stream, cut: () => void) => {
        stream.respond({ ':status': 200, 'content-length': 100 });
        stream.write('half', () => setTimeout(cut, 50));
      },
      'connection closed in the middle of the body',
      200,
    ],
    [
      'resets the stream in the middle of the body',
      (stream: ServerHttp2Stream) => {
        stream.respond({ ':status': 200 });
        stream.write('half', () => setTimeout(() => stream.destroy(new Error('lost')), 50));
      },
      'HTTP/2: internal error',
      200,
    ],
    [
      'sends interim answers only',
      (stream: ServerHttp2Stream) => {
        for (let i = 0; i < 20; i++) stream.additionalHeaders({ ':status': 103, link: '</a>' });
      },
      'interim answers only',
      0,
    ],
  ] as const)('%s, which is told', async (_name, onStream, failure, statusCode) => {
    const { address, open } = await serveHttp2((stream) => {
      stream.on('error', () => undefined);
      onStream(stream, () => {
        for (const socket of open) socket.destroy();
      });
    });
    const result = await ask(address, trusting(), { timeoutMs: 3_000 });
    expect(result.failure).toBe(failure);
    expect(result.details.http).toMatchObject({ statusCode, uncompressedBodyBytes: statusCode === 200 ? 4 : 0 });
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  test('sends a body without end by HTTP/2, which is cut', async () => {
    const { address, open } = await serveHttp2((stream) => {
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200 });
      const flood = () => {
        while (!stream.destroyed && stream.write(Buffer.alloc(65_536, 'a')));
        stream.once('drain', flood);
      };
      flood();
    });
    const result = await ask(address, { ...trusting(), expect: { body: '^a+$' } });
    expect(result).toMatchObject({ success: true, details: { http: { uncompressedBodyBytes: 512 * 1024 } } });
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  test('that never ends its handshake ends with the time', async () => {
    const { port, open } = await listen(createTcpServer((socket) => socket.resume()));
    const result = await ask(`https://127.0.0.1:${port}/`, trusting(), { timeoutMs: 300 });
    expect(result.failure).toBe('no result within 0.3 s');
    expect(result.details.http?.phases).toMatchObject({ tls: 0 });
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  test('is none where plain HTTP is spoken', async () => {
    const { port } = await listen(createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect((await ask(`https://127.0.0.1:${port}/`, trusting())).failure).toMatch(/^no TLS: .*wrong_version_number/);
  });

  test('that closes after the handshake is told as such, not as one that said half a head', async () => {
    const { port } = await listen(
      createTlsServer(pair('good'), (socket) => socket.once('data', () => socket.destroy())),
    );
    const result = await ask(`https://127.0.0.1:${port}/`, trusting());
    expect(result.failure).toBe('connection closed without an answer');
  });
});
