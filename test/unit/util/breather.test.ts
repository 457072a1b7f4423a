import { setImmediate as nextImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createBreather } from '../../../exporter/util/breather.ts';

/** Keeps the processor busy, and goes on elsewhere. */
const workFor = (milliseconds: number): Promise<void> => {
  const endMs = performance.now() + milliseconds;
  while (performance.now() < endMs);
  return Promise.resolve();
};

test.each([0, 50])('of many that begin at once, after %i ms of rest, a few begin in each turn', async (restMs) => {
  const breathe = createBreather();
  await workFor(restMs);
  let begun = 0;
  const all = Promise.all(
    Array.from({ length: 40 }, () =>
      breathe(() => {
        begun++;
        return workFor(1);
      }),
    ),
  );
  const perTurn: number[] = [];
  for (let before = 0; before < 40; before = begun) {
    await nextImmediate();
    if (begun > before) perTurn.push(begun - before);
  }
  await all;
  expect(perTurn.reduce((sum, count) => sum + count, 0)).toBe(40);
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(6);
});

test('work that fails fails, and holds up nobody', async () => {
  const breathe = createBreather();
  const failing = breathe(() => Promise.reject(new Error('no answer')));
  await expect(failing).rejects.toThrow('no answer');
  expect(await breathe(() => Promise.resolve(1))).toBe(1);
});
