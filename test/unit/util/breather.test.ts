import { expect, test } from 'vitest';
import { createBreather } from '../../../exporter/util/breather.ts';

/** Keeps the processor busy. */
const work = (milliseconds: number) => {
  const endMs = performance.now() + milliseconds;
  while (performance.now() < endMs);
};

test('of many that begin at once a few work in each turn, and others have theirs between', async () => {
  const breathe = createBreather();
  let worked = 0;
  let mostInOneTurn = 0;
  let seen = 0;
  let isDone = false;
  const look = () => {
    mostInOneTurn = Math.max(mostInOneTurn, worked - seen);
    seen = worked;
    if (!isDone) setImmediate(look);
  };
  setImmediate(look);
  const workOnce = async () => {
    await breathe();
    work(1);
    worked++;
  };
  await Promise.all(Array.from({ length: 40 }, workOnce));
  isDone = true;
  expect(worked).toBe(40);
  expect(mostInOneTurn).toBeLessThan(15);
});
