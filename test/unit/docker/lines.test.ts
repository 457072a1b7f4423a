import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLines } from '../../../exporter/docker/lines.ts';

async function linesOf(chunks: Iterable<Buffer>, maxBytes = 1000): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readLines(Readable.from(chunks), maxBytes)) lines.push(line);
  return lines;
}

test('lines are the same wherever the chunks end, within a character too', async () => {
  const text = fc.array(
    fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', '')),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(60), { maxLength: 8 }), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const ends = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const chunks = ends.slice(1).map((end, at) => bytes.subarray(ends[at], end));
      expect(await linesOf(chunks)).toEqual(lines.filter((line) => line !== ''));
    }),
    { numRuns: 200 },
  );
});

test('an unfinished last line was cut and is none', async () => {
  expect(await linesOf([Buffer.from('{"a":1}\n{"b"')])).toEqual(['{"a":1}']);
});

test('R48: a line over the limit is cut, and those behind it still come', async () => {
  const chunks = [
    'short\n',
    'x'.repeat(15),
    'y'.repeat(15),
    '\nnext\n',
    'z'.repeat(10),
    '\n',
    'w'.repeat(11),
    '\nend\n',
  ];
  expect(
    await linesOf(
      chunks.map((text) => Buffer.from(text)),
      10,
    ),
  ).toEqual(['short', 'x'.repeat(10), 'next', 'z'.repeat(10), 'w'.repeat(10), 'end']);
});

test('R48: a line that never ends takes no more memory than the limit, and little time', async () => {
  function* endless(): Generator<Buffer> {
    for (let sent = 0; sent < 200_000; sent++) yield Buffer.from('x');
    yield Buffer.from('\nlast\n');
  }
  const lines = await linesOf(endless(), 100_000);
  expect(lines.map((line) => line.length)).toEqual([100_000, 4]);
});
