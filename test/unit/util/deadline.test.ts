import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { DeadlineError, withDeadline } from '../../../exporter/util/deadline.ts';

/** Work that ends when its signal aborts, with the signal's reason. */
const untilStopped = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    if (signal.aborted) reject(signal.reason as Error);
  });
const forever = new AbortController().signal;

test('work that ends in time gives what it has', async () => {
  expect(await withDeadline(forever, 1000, () => Promise.resolve(7))).toBe(7);
});

test('work that takes too long is told so', async () => {
  await expect(withDeadline(forever, 10, untilStopped)).rejects.toBeInstanceOf(DeadlineError);
});

test('work is told when its parent aborts, for the reason of the parent', async () => {
  const parent = new AbortController();
  const work = withDeadline(parent.signal, 10_000, untilStopped);
  parent.abort(new Error('shut down'));
  await expect(work).rejects.toThrow('shut down');
});

test('work under a parent that has aborted is told at once', async () => {
  await expect(withDeadline(AbortSignal.abort(new Error('shut down')), 10_000, untilStopped)).rejects.toThrow(
    'shut down',
  );
});

test('what work throws is thrown', async () => {
  await expect(withDeadline(forever, 1000, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

test('neither a listener nor a timer stays behind, however the work ended', async () => {
  const parent = new AbortController();
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  for (let time = 0; time < 20; time++) {
    await withDeadline(parent.signal, 60_000, () => Promise.resolve());
    await withDeadline(parent.signal, 60_000, () => Promise.reject(new Error('broken'))).catch(() => undefined);
    await withDeadline(parent.signal, 1, untilStopped).catch(() => undefined);
  }
  expect(getEventListeners(parent.signal, 'abort')).toEqual([]);
  expect(timers()).toBeLessThanOrEqual(before);
});

test('R8: hundreds of calls under one deadline warn of no leak', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  await withDeadline(forever, 10_000, (signal) =>
    Promise.all(Array.from({ length: 300 }, () => withDeadline(signal, 10_000, () => new Promise(setImmediate)))),
  );
  await new Promise(setImmediate);
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
