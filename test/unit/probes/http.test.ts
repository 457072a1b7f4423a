import { createServer } from 'node:http';
import { expect, test, vi } from 'vitest';
import { ask, listen, serveRaw, serveText } from './http-bed.ts';

const ok = (headers = '', body = 'ok') => `HTTP/1.1 200 OK\r\n${headers}\r\n${body}`;

test('an answer tells status, version, length and all phases that there were', async () => {
  const { url, open } = await serveText(ok('Content-Length: 2\r\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n'));
  const result = await ask(url);
  expect(result).toMatchObject({
    success: true,
    details: {
      failedByPattern: false,
      address: { family: 4, hash: 3_668_918_509 },
      http: {
        statusCode: 200,
        version: 1.1,
        redirects: 0,
        usedTls: false,
        contentLength: 2,
        uncompressedBodyBytes: 2,
        lastModifiedSeconds: 1_445_412_480,
      },
    },
  });
  const { tls, ...others } = result.details.http?.phases ?? {};
  expect(tls).toBe(0);
  expect(Object.entries(others).filter(([, seconds]) => seconds <= 0)).toEqual([]);
  expect(Object.keys(others)).toEqual(['resolve', 'connect', 'processing', 'transfer']);
  await vi.waitFor(() => expect(open.size).toBe(0));
});

test('the steps tell what was done, without the query', async () => {
  const { url, port } = await serveText(ok());
  const { steps } = await ask(`${url}health?token=s3cret`);
  expect(steps.map(({ text }) => text)).toEqual([
    `connected to 127.0.0.1 port ${port}`,
    `GET http://127.0.0.1:${port}/health`,
    'status 200',
    '2 bytes',
    'success',
  ]);
});

test('what is sent is what is configured, on a connection that is not kept', async () => {
  const heads: string[] = [];
  const { url } = await serveRaw((socket, head) => {
    heads.push(head);
    socket.end(ok());
  });
  await ask(`${url}a%20b?c=d`, { headers: { Host: 'shop.example', 'X-Probe': 'ü', 'user-Agent': 'ours' } });
  await ask(url, { method: 'POST', body: '{"ä":1}', headers: { 'content-type': 'application/json' } });
  const [first = '', second = ''] = heads;
  expect(first.toLowerCase().split('\r\n')).toEqual([
    'get /a%20b?c=d http/1.1',
    'accept: */*',
    'host: shop.example',
    'x-probe: ü',
    'user-agent: ours',
    'connection: close',
    '',
    '',
  ]);
  expect(second).toContain('Content-Length: 8\r\n');
  expect(Buffer.from(second.split('\r\n\r\n')[1] ?? '', 'latin1').toString()).toBe('{"ä":1}');
});

test.each([
  [
    'a HEAD, whose length is of a body that does not come',
    'HEAD',
    ok('Content-Length: 1000\r\n', ''),
    { contentLength: 1000, uncompressedBodyBytes: 0 },
  ],
  [
    'a 204, which has no body',
    'GET',
    'HTTP/1.1 204 No Content\r\n\r\n',
    { statusCode: 204, contentLength: 0, uncompressedBodyBytes: 0 },
  ],
  [
    'a chunked body with trailers',
    'GET',
    ok('Transfer-Encoding: chunked\r\n', '2\r\nok\r\n3\r\n123\r\n0\r\nX-Sum: 1\r\n\r\n'),
    { contentLength: -1, uncompressedBodyBytes: 5 },
  ],
  [
    'a body without a length, which ends with the connection',
    'GET',
    ok('', 'to the end'),
    { contentLength: -1, uncompressedBodyBytes: 10 },
  ],
  ['a server of HTTP/1.0', 'GET', 'HTTP/1.0 200 OK\r\n\r\nok', { version: 1 }],
  [
    'interim answers before the real one',
    'GET',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok()}`,
    { statusCode: 200, uncompressedBodyBytes: 2 },
  ],
  [
    'more than the length says, which is not read',
    'GET',
    ok('Content-Length: 2\r\n', 'ok and more'),
    { contentLength: 2, uncompressedBodyBytes: 2 },
  ],
] as const)('%s is a good answer', async (_name, method, text, details) => {
  const { url } = await serveText(text);
  const {
    failure,
    success,
    details: { http = {} },
  } = await ask(url, { method });
  expect({ failure, success, http }).toMatchObject({ success: true, http: details });
});

test('a date that is none is not told', async () => {
  const { url } = await serveText(ok('Last-Modified: 1\r\n'));
  const { success, details } = await ask(url);
  expect([success, details.http?.lastModifiedSeconds]).toEqual([true, undefined]);
});

test('another status is told with what was expected', async () => {
  const { url } = await serveText('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy');
  const result = await ask(url);
  expect(result).toMatchObject({ success: false, failure: 'status 503, expected 200-299' });
  expect(result.details).toMatchObject({ failedByPattern: false, http: { statusCode: 503, uncompressedBodyBytes: 4 } });
  expect((await ask(url, { expect: { status: [200, '500-599'] } })).success).toBe(true);
  expect((await ask(url, { expect: { status: '200, 301-308' } })).failure).toBe('status 503, expected 200, 301-308');
});

test('a switch of protocols that nobody asked for is an answer with status 101', async () => {
  const { url } = await serveText('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n');
  expect((await ask(url, {}, { timeoutMs: 2_000 })).failure).toBe('status 101, expected 200-299');
});

test('a name that has an IPv6 address only is reached', async () => {
  const { port } = await listen(
    createServer((_request, response) => void response.end('six')),
    '::1',
  );
  const result = await ask(`http://six.test:${port}/`);
  expect(result).toMatchObject({ success: true, details: { address: { family: 6 } } });
  expect((await ask(`http://six.test:${port}/`, { ip: 'ip4_only' })).failure).toBe('six.test has no IPv4 address');
});

test('a name without an address has no phases but its lookup', async () => {
  const { failure, details } = await ask('http://nobody.example/');
  expect(failure).toBe('nobody.example has no address');
  expect(Object.keys(details.http?.phases ?? {})).toEqual(['resolve']);
  expect(details.address).toEqual({ family: 0, hash: 0 });
});

test('nobody who listens is a refused connection, of which the phases are 0', async () => {
  const { url, port } = await serveText('');
  const closed = url.replace(String(port), '1');
  const { failure, details } = await ask(closed);
  expect(failure).toBe('connection refused');
  expect(details.http).toMatchObject({
    statusCode: 0,
    version: 0,
    contentLength: 0,
    phases: { connect: 0, tls: 0, processing: 0, transfer: 0 },
  });
  expect(details.http?.phases.resolve).toBeGreaterThan(0);
});
