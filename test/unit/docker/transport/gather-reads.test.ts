import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { request } from '../../../../exporter/docker/request.ts';
import { openTransport } from '../../../../exporter/docker/transport/index.ts';
import { withResolvers } from '../../../../exporter/util/with-resolvers.ts';

const GATHER_MS = 80;

/** What a server writes on an answer without an end, and what is heard of it. */
async function streamed(onPiece: (piece: Buffer) => void) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server's address on TCP is an object.
  const transport = openTransport({ url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const asking = once(server, 'request');
  const ending = new AbortController();
  const began = withResolvers<undefined>();
  const options = { pool: transport.streams, path: '/', timeoutMs: 5000, isStream: true };
  const ended = request(options, { onHead: () => began.resolve(undefined), onPiece }, ending.signal).catch(
    () => undefined,
  );
  const [, response] = (await asking) as [unknown, ServerResponse];
  response.flushHeaders();
  await began.promise;
  onTestFinished(async () => {
    ending.abort();
    await ended;
    await transport.close();
    server.closeAllConnections();
    server.close();
  });
  return { response };
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

test('many small writes, each a moment after the other, are read a few times, whole and in order', async () => {
  const counted = countTurns();
  let heard = '';
  const { response } = await streamed((piece) => {
    counted.came();
    heard += piece.toString();
  });
  const numbers = Array.from({ length: 200 }, (_, index) => `${index}\n`);
  const startMs = performance.now();
  for (const number of numbers) {
    response.write(number);
    await delay(3);
  }
  await expect.poll(() => heard).toBe(numbers.join(''));
  // Four at once, one each 80 ms, and one on its way.
  expect(counted.turns()).toBeLessThanOrEqual(5 + Math.ceil((performance.now() - startMs) / (GATHER_MS - 1)));
});

test('what comes alone is heard at once', async () => {
  let heardAtMs = 0;
  const { response } = await streamed(() => {
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

test('a kernel buffer that is full is emptied without a wait', async () => {
  let bytes = 0;
  const { response } = await streamed((piece) => {
    bytes += piece.length;
  });
  const piece = Buffer.alloc(64 * 1024);
  const pieces = 400;
  const startMs = performance.now();
  for (let written = 0; written < pieces; written++) {
    if (!response.write(piece)) await once(response, 'drain');
    await nextTurn();
  }
  await expect.poll(() => bytes, { timeout: 60_000 }).toBe(pieces * piece.length);
  expect(performance.now() - startMs).toBeLessThan((pieces * GATHER_MS) / 4);
});
