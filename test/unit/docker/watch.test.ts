import { expect, test } from 'vitest';
import { agrees } from '../../../exporter/docker/watch.ts';
import { createInventoryBed, idOf } from './inventory-bed.ts';

/** Two containers that run, and one that cannot be inspected. */
async function inventoryOf() {
  const { inventory, turn, answer, refuse } = createInventoryBed();
  inventory.add([idOf('a'), idOf('b'), idOf('c')]);
  await turn();
  await answer(idOf('a'), 'a');
  await answer(idOf('b'), 'b');
  await refuse(idOf('c'), 'timeout');
  return inventory;
}

test.each([
  ['which may run', { total: 3, running: 3, paused: 0 }],
  ['which may be paused', { total: 3, running: 2, paused: 1 }],
  ['which may be stopped', { total: 3, running: 2, paused: 0 }],
])('R40: the counts of the engine agree with a container that cannot be inspected, %s', async (_what, counts) => {
  expect(agrees(counts, await inventoryOf())).toBe(true);
});

test.each([
  ['one more', { total: 4, running: 3, paused: 0 }],
  ['one less', { total: 2, running: 2, paused: 0 }],
  ['one less that runs', { total: 3, running: 1, paused: 0 }],
  ['two more that are paused', { total: 3, running: 2, paused: 2 }],
])('R41: they do not agree when the engine has %s', async (_what, counts) => {
  expect(agrees(counts, await inventoryOf())).toBe(false);
});

test('R46: an engine that does not count is believed', async () => {
  expect(agrees(undefined, await inventoryOf())).toBe(true);
});
