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

test('what the caller does before and after has turns of its own', async () => {
  const order: string[] = [];
  const inNextTurn = () => setImmediate(() => order.push('turn'));
  function* work() {
    order.push('work');
    yield;
    inNextTurn();
  }
  inNextTurn();
  const done = inSlices(work());
  order.push('before');
  await done;
  order.push('after');
  expect(order).toEqual(['before', 'turn', 'work', 'turn', 'after']);
});
