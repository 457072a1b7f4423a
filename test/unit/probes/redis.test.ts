import { expect, test } from 'vitest';
import { outcome, runProbe } from '../../bed/run-probe.ts';
import { answering, sendEndlessly, startOddServer } from './odd-server.ts';

const probe = (target: string, timeoutMs?: number) =>
  runProbe({ kind: 'redis', target, ...(timeoutMs !== undefined && { timeoutMs }) });

test.each([
  ['+PONG', 'up'],
  ['-NOAUTH Authentication required.', 'up'],
  ["-NOPERM this user has no permissions to run the 'ping' command", 'up'],
  ['-LOADING Redis is loading the dataset in memory', 'it answers error LOADING: it is still loading its data'],
  ['-MASTERDOWN Link with MASTER is down', 'it answers error MASTERDOWN: it is a replica that has lost its primary'],
  ['-BUSY Redis is busy running a script.', 'it answers error BUSY: a script has been running for too long'],
  ['-DENIED', 'it answers error DENIED: it is in protected mode and takes only clients of its own machine'],
  ['-ERR max number of clients reached', 'it answers error ERR: too many clients'],
  ['-ERR pas5word', 'it answers error ERR'],
  ['-pas5word is wrong', 'the answer to PING is not one of Redis'],
  ['+PONGO', 'the answer to PING is not one of Redis'],
  ['HTTP/1.1 400 pas5word', 'the answer to PING is not one of Redis'],
  ['', 'the answer to PING is not one of Redis'],
])('%s: %s', async (line, expected) => {
  const server = await answering(`${line}\r\n`);
  const result = await probe(server.address);
  expect(outcome(result)).toBe(expected);
  expect(JSON.stringify(result)).not.toContain('pas5word');
  expect(Object.keys(result.details).sort()).toEqual(['address', 'lookup']);
  await server.untilLeft();
});

test('sends PING and nothing else', async () => {
  const server = await answering('+PONG\r\n');
  expect(outcome(await probe(server.address))).toBe('up');
  await server.untilLeft();
  expect(server.received()).toBe('*1\r\n$4\r\nPING\r\n');
});

test('an answer may come in pieces, and need not end with a carriage return', async () => {
  const server = await startOddServer({
    chunk: (socket) => {
      for (const [index, letter] of ['+P', 'O', 'NG', '\n'].entries())
        setTimeout(() => socket.write(letter), 5 * index);
    },
  });
  expect(outcome(await probe(server.address))).toBe('up');
});

test.each(['', '+PO'])('after "%s" and then silence there is no result in time', async (start) => {
  const server = await answering(start);
  expect(outcome(await probe(server.address, 100))).toBe('no result within 0.1 s');
  await server.untilLeft();
});

test.each([
  ['', 'connection closed without an answer'],
  ['-LOADI', 'connection closed before the answer was complete'],
])('"%s" and then the end: %s', async (start, expected) => {
  const server = await startOddServer({ chunk: (socket) => void socket.end(start) });
  expect(outcome(await probe(server.address))).toBe(expected);
  await server.untilLeft();
});

test('a connection that is reset is told as that', async () => {
  const server = await startOddServer({ chunk: (socket) => void socket.resetAndDestroy() });
  expect(outcome(await probe(server.address))).toBe('connection reset by the target');
});

test('a line that does not end is left after 4 KiB', async () => {
  const server = await startOddServer({ connection: (socket) => sendEndlessly(socket, Buffer.alloc(65_536, '+')) });
  expect(outcome(await probe(server.address))).toBe('no end of a line within 4096 bytes');
  await server.untilLeft();
});

test('a probe that nobody waits for any more lets go', async () => {
  const abort = new AbortController();
  const server = await startOddServer({ chunk: () => abort.abort(new Error('stopped')) });
  const run = runProbe({ kind: 'redis', target: server.address, signal: abort.signal });
  await expect(run).rejects.toThrow('stopped');
  await server.untilLeft();
});
