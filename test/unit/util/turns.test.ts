import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurns } from '../../../exporter/util/turns.ts';

/** Who has passed so far, of so many that come at once. */
function passers(turn: () => Promise<void>, count: number): readonly number[] {
  const passed: number[] = [];
  for (let index = 0; index < count; index++) void turn().then(() => passed.push(index));
  return passed;
}

test('so many pass in a turn of the event loop, the others in the next ones, in their order', async () => {
  const passed = passers(createTurns(3), 8);
  await Promise.resolve();
  expect(passed).toEqual([0, 1, 2]);
  await nextTurn();
  expect(passed).toEqual([0, 1, 2, 3, 4, 5]);
  await nextTurn();
  expect(passed).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('who comes while others wait passes behind them', async () => {
  const turn = createTurns(2);
  const first = passers(turn, 3);
  await nextTurn();
  const second = passers(turn, 2);
  await Promise.resolve();
  expect(first).toEqual([0, 1, 2]);
  expect(second).toEqual([0]);
  await nextTurn();
  expect(second).toEqual([0, 1]);
});

test('who comes alone does not wait, however many came before', async () => {
  const turn = createTurns(1);
  passers(turn, 5);
  for (let turns = 0; turns < 6; turns++) await nextTurn();
  const passed = passers(turn, 1);
  await Promise.resolve();
  expect(passed).toEqual([0]);
});
