import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { untilAborted } from '../../../exporter/util/until-aborted.ts';

const never = new Promise<never>(() => undefined);

test('gives what the work gives, and leaves no listener behind', async () => {
  const { signal } = new AbortController();
  expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
  await expect(untilAborted(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('ends with the reason of the signal, whatever the work does', async () => {
  const abort = new AbortController();
  const waiting = untilAborted(never, abort.signal);
  abort.abort(new Error('no time left'));
  await expect(waiting).rejects.toThrow('no time left');
  await expect(untilAborted(never, abort.signal)).rejects.toThrow('no time left');
});

test('work that fails after the signal aborted bothers nobody', async () => {
  const late = Promise.reject(new Error('late'));
  await expect(untilAborted(late, AbortSignal.abort(new Error('first')))).rejects.toThrow('first');
  await new Promise(setImmediate);
});
