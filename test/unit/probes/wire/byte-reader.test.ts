import { getEventListeners, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createByteReader } from '../../../../exporter/probes/wire/byte-reader.ts';
import { sendEndlessly, startOddServer } from '../odd-server.ts';

const { signal } = new AbortController();

async function connectTo(connection: (socket: Socket) => void): Promise<Socket> {
  const server = await startOddServer({ connection });
  const socket = connect(Number(server.address.split(':')[1]), '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

test('what is asked for comes whole, and what follows it stays for the next', async () => {
  const reader = createByteReader(await connectTo((remote) => remote.end('abcdefg\nhi\r\njk')), signal);
  expect(String(await reader.exactly(0))).toBe('');
  expect(String(await reader.exactly(3))).toBe('abc');
  expect(reader.surplus()).toBe(11);
  expect(await reader.line(10)).toBe('defg');
  expect(await reader.line(10)).toBe('hi');
  expect(String(await reader.exactly(2))).toBe('jk');
  await expect(reader.exactly(1)).rejects.toThrow('connection closed before the answer was complete');
});

test('more bytes than a socket holds come whole too', async () => {
  const socket = await connectTo((remote) => sendEndlessly(remote, Buffer.alloc(65_536, 'x')));
  expect(await createByteReader(socket, signal).exactly(300_000)).toEqual(Buffer.alloc(300_000, 'x'));
});

test('while a part is there and the rest is not, the process does other things', async () => {
  const socket = await connectTo((remote) => {
    remote.write('ab');
    setTimeout(() => remote.write('c'), 50);
  });
  expect(String(await createByteReader(socket, signal).exactly(3))).toBe('abc');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('what came before the connection was reset is read', async () => {
  const socket = await connectTo((remote) => {
    remote.write('abcd');
    remote.once('data', () => remote.resetAndDestroy());
  });
  await vi.waitFor(() => expect(socket.readableLength).toBe(4));
  const reset = new Promise((resolve) => socket.once('error', resolve));
  socket.write('now');
  await reset;
  const reader = createByteReader(socket, signal);
  expect(String(await reader.exactly(2))).toBe('ab');
  expect(String(await reader.exactly(2))).toBe('cd');
  await expect(reader.exactly(1)).rejects.toThrow('ECONNRESET');
});

test('too few bytes before the end are a fault', async () => {
  const socket = await connectTo((remote) => remote.end('ab'));
  await expect(createByteReader(socket, signal).exactly(3)).rejects.toThrow(
    'connection closed before the answer was complete',
  );
});

test.each(['123456\n', '123456'])('a line of 6 bytes (%j) is no line of 5', async (text) => {
  const socket = await connectTo((remote) => remote.write(text));
  await expect(createByteReader(socket, signal).line(5)).rejects.toThrow('no end of a line within 5 bytes');
});

test('a line may have its whole length', async () => {
  const socket = await connectTo((remote) => remote.write('12345\n'));
  expect(await createByteReader(socket, signal).line(5)).toBe('12345');
});

test('of a remote that sends without end, no more than a buffer is held', async () => {
  let remote: Socket | undefined;
  const socket = await connectTo((accepted) => {
    remote = accepted;
    sendEndlessly(accepted, Buffer.alloc(65_536));
  });
  const reader = createByteReader(socket, signal);
  await reader.exactly(5);
  // It waits for us, whatever the kernel holds in between.
  let written = -1;
  await vi.waitFor(
    () => {
      const before = written;
      written = (remote?.bytesWritten ?? 0) - (remote?.writableLength ?? 0);
      expect(written).toBe(before);
    },
    { timeout: 5000, interval: 200 },
  );
  expect(written).toBeGreaterThan(65_536);
  expect(reader.surplus()).toBeLessThan(200_000);
});

test('a wait ends with its signal, and leaves no listener behind', async () => {
  const abort = new AbortController();
  const socket = await connectTo(() => undefined);
  const listeners = () => ['readable', 'end', 'error', 'close'].map((event) => socket.listenerCount(event));
  const before = listeners();
  const waiting = createByteReader(socket, abort.signal).exactly(1);
  abort.abort(new Error('no time left'));
  await expect(waiting).rejects.toThrow('no time left');
  expect(listeners()).toEqual(before);
});
