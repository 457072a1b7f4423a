import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { expect, onTestFinished, test, vi } from 'vitest';
import { request } from '../../../exporter/docker/request.ts';

const never = new AbortController().signal;

/** A pool of one connection to a server that answers so, and what a listener hears of it. */
async function asked(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server's address on TCP is an object.
  const { port } = server.address() as AddressInfo;
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
  onTestFinished(async () => {
    await pool.destroy();
    server.closeAllConnections();
    server.close();
  });
  const heard: unknown[] = [];
  const listener = {
    onHead: (status: number) => void heard.push(status),
    onPiece: (piece: Buffer) => void heard.push(piece.toString()),
  };
  const get = (options: { timeoutMs?: number; isStream?: boolean } = {}, signal = never) =>
    request({ pool, path: '/', timeoutMs: 5000, isStream: false, ...options }, listener, signal);
  return { pool, heard, listener, get };
}

test('an answer is told piece by piece, and what is said before it is none', async () => {
  const { get, heard } = await asked((_request, response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.write('a');
    setTimeout(() => response.end('b'), 50);
  });
  await get();
  expect(heard).toEqual([200, 'a', 'b']);
});

test.each([
  { isStream: false, status: 200 },
  { isStream: true, status: 500 },
])('what is not a stream with 200 has a deadline for its end: stream $isStream, $status', async (given) => {
  const { isStream, status } = given;
  const { get, heard } = await asked((_request, response) => void response.writeHead(status).write('a'));
  await expect(get({ isStream, timeoutMs: 200 })).rejects.toMatchObject({ name: 'DeadlineError' });
  expect(heard).toEqual([status, 'a']);
});

test('a stream has one for its beginning alone', async () => {
  const { get, heard } = await asked((_request, response) => {
    response.write('a');
    setTimeout(() => response.end('b'), 300);
  });
  await get({ isStream: true, timeoutMs: 200 });
  expect(heard).toEqual([200, 'a', 'b']);
});

test('one that waits for a connection ends with its signal, and is never sent', async () => {
  const paths: (string | undefined)[] = [];
  const { get, pool, listener } = await asked(({ url }, response) => {
    paths.push(url);
    if (url === '/last') response.end();
  });
  const first = new AbortController();
  const second = new AbortController();
  const underWay = get({}, first.signal);
  await vi.waitFor(() => expect(paths).toEqual(['/']));
  const waiting = get({}, second.signal);
  second.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  first.abort(new Error('left, too'));
  await expect(underWay).rejects.toThrow('left, too');
  await request({ pool, path: '/last', timeoutMs: 5000, isStream: false }, listener, never);
  expect(paths).toEqual(['/', '/last']);
});

test('what a listener throws ends the request, and its connection', async () => {
  let closed = 0;
  const { pool } = await asked((_request, response) => {
    response.on('close', () => closed++);
    response.write('a');
  });
  const listener = {
    onHead: () => undefined,
    onPiece: () => {
      throw new Error('too much');
    },
  };
  await expect(request({ pool, path: '/', timeoutMs: 5000, isStream: true }, listener, never)).rejects.toThrow(
    'too much',
  );
  await vi.waitFor(() => expect(closed).toBe(1));
});

test('nothing is left at a signal that outlives it', async () => {
  const { get } = await asked((_request, response) => void response.end('a'));
  const { signal } = new AbortController();
  const [added, removed] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
  await get({}, signal);
  expect(added.mock.calls.map(([, listener]) => listener)).toEqual(removed.mock.calls.map(([, listener]) => listener));
});
