import { expect, test } from 'vitest';
import { inSlices } from '../../../exporter/util/in-slices.ts';

function* busyFor(milliseconds: number): Generator<undefined, string> {
  const endMs = performance.now() + milliseconds;
  while (performance.now() < endMs) yield;
  return 'done';
}

test('others have their turn while long work goes on, which comes to what it comes to', async () => {
  let hadTurn = false;
  setImmediate(() => {
    hadTurn = true;
  });
  expect(await inSlices(busyFor(20))).toBe('done');
  expect(hadTurn).toBe(true);
});
