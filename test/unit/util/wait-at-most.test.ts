import { createHook } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { waitAtMost } from '../../../exporter/util/wait-at-most.ts';

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
const never = new Promise<string>(() => undefined);

test('work that is done in time gives what it comes to', async () => {
  expect(await waitAtMost(10_000, Promise.resolve('done'))).toBe('done');
  await expect(waitAtMost(10_000, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
});

test('work that takes longer gives nothing, and its later failure troubles nobody', async () => {
  const startMs = performance.now();
  expect(await waitAtMost(50, never)).toBeUndefined();
  expect(performance.now() - startMs).toBeGreaterThan(48);
  let fail: (error: Error) => void = () => undefined;
  const late = new Promise<string>((_resolve, reject) => {
    fail = reject;
  });
  expect(await waitAtMost(1, late)).toBeUndefined();
  fail(new Error('too late'));
  await nextTurn();
});

test('it keeps no process alive', () => {
  const before = timers();
  void waitAtMost(10_000, never);
  expect(timers()).toBe(before);
});

test('no timer is left behind once the work is done', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const hook = createHook({
    init: (id, kind) => {
      if (kind === 'Timeout') begun.push(id);
    },
    destroy: (id) => {
      ended.push(id);
    },
  }).enable();
  const done = waitAtMost(10_000, Promise.resolve());
  const own = [...begun];
  await done;
  await nextTurn();
  hook.disable();
  expect(own).toHaveLength(1);
  expect(ended).toEqual(expect.arrayContaining(own));
});
