import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sliced } from '../../../exporter/http/sliced.ts';

function spin(milliseconds: number): void {
  const endMs = performance.now() + milliseconds;
  while (performance.now() < endMs);
}

async function collect(pieces: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

test('what goes in comes out, joined to pieces', async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `series_${index} 1\n`);
  const pieces = await collect(sliced(lines));
  expect(pieces.join('')).toBe(lines.join(''));
  expect(pieces.length).toBe(5);
});

test('a short exposition is one piece', async () => {
  expect(await collect(sliced(['a 1\n', 'b 2\n']))).toEqual(['a 1\nb 2\n']);
});

test('nothing is no piece', async () => {
  expect(await collect(sliced([]))).toEqual([]);
});

test('asynchronous chunks are taken as well', async () => {
  async function* chunks() {
    yield 'a 1\n';
    await nextTurn();
    yield 'b 2\n';
  }
  expect(await collect(sliced(chunks()))).toEqual(['a 1\nb 2\n']);
});

test('200 ms of rendering leave the event loop to others every few milliseconds', async () => {
  function* chunks() {
    for (let index = 0; index < 200; index++) {
      spin(1);
      yield 'x'.repeat(1_000);
    }
  }
  const turns: number[] = [];
  const rendering = { isDone: false };
  const watch = (async () => {
    while (!rendering.isDone) {
      turns.push(performance.now());
      await nextTurn();
    }
  })();
  await collect(sliced(chunks()));
  rendering.isDone = true;
  await watch;
  expect(turns.length).toBeGreaterThanOrEqual(30);
});

test('nothing is rendered ahead of its reader', async () => {
  let rendered = 0;
  function* chunks() {
    for (; rendered < 1_000; rendered++) yield 'x'.repeat(1_000);
  }
  const pieces = sliced(chunks());
  await pieces.next();
  await nextTurn();
  expect(rendered).toBeLessThan(100);
});

test('what the caller did before has a turn of its own', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('turn'));
  function* chunks() {
    order.push('chunk');
    yield 'a 1\n';
  }
  await collect(sliced(chunks()));
  expect(order).toEqual(['turn', 'chunk']);
});
