import { expect, test } from 'vitest';
import { createRecent } from '../../../exporter/docker/recent.ts';

test('the last so many are remembered, however many came before', () => {
  const recent = createRecent(3, ['a', 'b']);
  const added = Array.from({ length: 10_000 }, (_, number) => recent.add(String(number)));
  expect(added).not.toContain(false);
  expect(recent.list()).toEqual(['9997', '9998', '9999']);
});

test('what is there already is not new, and what is forgotten is new again', () => {
  const recent = createRecent(2);
  expect(['a', 'b', 'a', 'c', 'a'].map(recent.add)).toEqual([true, true, false, true, true]);
  expect(recent.list()).toEqual(['c', 'a']);
});

test('after it was emptied, in the middle of forgetting, it begins anew', () => {
  const recent = createRecent(2);
  for (const text of ['a', 'b', 'c', 'd']) recent.add(text);
  recent.clear();
  expect(recent.size()).toBe(0);
  for (const text of ['a', 'e', 'f', 'g']) recent.add(text);
  expect(recent.list()).toEqual(['f', 'g']);
});
