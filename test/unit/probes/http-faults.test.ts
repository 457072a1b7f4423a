import { expect, test, vi } from 'vitest';
import { ask, serveRaw, serveText } from './http-bed.ts';

test.each([
  ['closed before a byte', '', 'connection closed without an answer'],
  ['closed in the middle of the head', 'HTTP/1.1 200 OK\r\nContent-', 'connection closed in the middle of the head'],
  [
    'closed in the middle of the body',
    'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf',
    'connection closed in the middle of the body',
  ],
  [
    'closed in the middle of a chunk',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf',
    'connection closed in the middle of the body',
  ],
  ['closed after interim answers', 'HTTP/1.1 100 Continue\r\n\r\n', 'connection closed in the middle of the head'],
  ['not HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n', /^the answer is not HTTP: /],
  [
    'two lengths',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    /^the answer is not HTTP: .*content length/,
  ],
  [
    'a length that is none',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    /^the answer is not HTTP: .*content length/,
  ],
  [
    'a chunk whose size is none',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxy\r\n',
    /^the answer is not HTTP: .*chunk size/,
  ],
  [
    'a head that is too large',
    `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
    'the head of the answer is too large',
  ],
  ['interim answers without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(20), 'interim answers only'],
] as const)('%s is a failure that says so', async (_name, text, failure) => {
  const { url, open } = await serveText(text);
  const result = await ask(url);
  expect(result.success).toBe(false);
  expect(result.failure).toMatch(failure);
  expect(result.durationSeconds).toBeLessThan(3);
  await vi.waitFor(() => expect(open.size).toBe(0));
});

test('a large head that is still allowed is read', async () => {
  const { url } = await serveText(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(40_000)}\r\n\r\nok`);
  expect((await ask(url, { expect: { headers: [{ name: 'x', pattern: '^a+$' }] } })).success).toBe(true);
});

test('a reset in the place of an answer is told as one', async () => {
  const { url } = await serveRaw((socket) => socket.resetAndDestroy());
  expect((await ask(url)).failure).toBe('connection reset by the target');
});

test('a reset in the middle of the body is told, with what came before', async () => {
  const { url } = await serveRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', () =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    );
  });
  const result = await ask(url);
  expect(result.failure).toMatch(/^connection (reset by the target|closed in the middle of the body)$/);
  expect(result.details.http).toMatchObject({ statusCode: 200, contentLength: 10, uncompressedBodyBytes: 4 });
});

test('a head that does not come ends with the time, without a status', async () => {
  const { url, open } = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nX: '));
  const result = await ask(url, {}, { timeoutMs: 300 });
  expect(result.failure).toBe('no result within 0.3 s');
  expect(result.details.http).toMatchObject({ statusCode: 0, phases: { processing: 0, transfer: 0 } });
  expect(result.durationSeconds).toBeLessThan(1);
  await vi.waitFor(() => expect(open.size).toBe(0));
});

test('a body that trickles ends with the time, and what came of it is told', async () => {
  const { url, open } = await serveRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
    const trickle = setInterval(() => socket.write('a'), 20);
    socket.once('close', () => clearInterval(trickle));
  });
  const result = await ask(url, {}, { timeoutMs: 400 });
  const { statusCode, uncompressedBodyBytes = 0, phases } = result.details.http ?? {};
  expect([result.failure, statusCode]).toEqual(['no result within 0.4 s', 200]);
  expect(uncompressedBodyBytes).toBeGreaterThan(1);
  expect(uncompressedBodyBytes).toBeLessThan(50);
  expect(phases?.transfer).toBeGreaterThan(0.2);
  await vi.waitFor(() => expect(open.size).toBe(0));
});

test('a body without end is cut, and the run goes on with what there is', async () => {
  const { url, open } = await serveRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\nbeginning');
    const flood = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 'a')));
      if (!socket.destroyed) socket.once('drain', flood);
    };
    flood();
  });
  const result = await ask(url, { expect: { body: '^beginninga+$' } });
  expect(result).toMatchObject({
    success: true,
    details: { http: { uncompressedBodyBytes: 512 * 1024, contentLength: -1 } },
  });
  expect(result.durationSeconds).toBeLessThan(2);
  await vi.waitFor(() => expect(open.size).toBe(0));
});

test('a head without end is cut off', async () => {
  const { url, open } = await serveRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const flood = () => {
      while (!socket.destroyed && socket.write(`X-${'a'.repeat(100)}: 1\r\n`.repeat(100)));
      if (!socket.destroyed) socket.once('drain', flood);
    };
    flood();
  });
  const result = await ask(url);
  expect(result.failure).toBe('the head of the answer is too large');
  await vi.waitFor(() => expect(open.size).toBe(0));
});
