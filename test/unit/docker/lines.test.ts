import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLines } from '../../../exporter/docker/lines.ts';

function linesOf(chunks: Iterable<Buffer>, maxBytes = 1000): readonly string[] {
  const lines: string[] = [];
  const split = createLines(maxBytes, (line) => lines.push(line));
  for (const chunk of chunks) split(chunk);
  return lines;
}

test('lines are the same wherever the chunks end, within a character too', () => {
  const text = fc.array(
    fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', '')),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(text, fc.array(fc.nat(60), { maxLength: 8 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const ends = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const chunks = ends.slice(1).map((end, at) => bytes.subarray(ends[at], end));
      expect(linesOf(chunks)).toEqual(lines.filter((line) => line !== ''));
    }),
    { numRuns: 200 },
  );
});

test('an unfinished last line was cut and is none', () => {
  expect(linesOf([Buffer.from('{"a":1}\n{"b"')])).toEqual(['{"a":1}']);
});

test('R48: a line over the limit is cut, and those behind it still come', () => {
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
    linesOf(
      chunks.map((text) => Buffer.from(text)),
      10,
    ),
  ).toEqual(['short', 'x'.repeat(10), 'next', 'z'.repeat(10), 'w'.repeat(10), 'end']);
});

test('R48: a line that never ends takes no more memory than the limit, and little time', () => {
  function* endless(): Generator<Buffer> {
    for (let sent = 0; sent < 200_000; sent++) yield Buffer.from('x');
    yield Buffer.from('\nlast\n');
  }
  const lines = linesOf(endless(), 100_000);
  expect(lines.map((line) => line.length)).toEqual([100_000, 4]);
});
