import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { every, pause } from '../../../exporter/util/pause.ts';

const forever = new AbortController().signal;

test('a pause lasts', async () => {
  const startMs = performance.now();
  await pause(50, forever);
  expect(performance.now() - startMs).toBeGreaterThan(48);
});

test('a pause ends early, without an error, when its signal aborts', async () => {
  const abort = new AbortController();
  const startMs = performance.now();
  const waiting = pause(10_000, abort.signal);
  abort.abort();
  await waiting;
  await pause(10_000, abort.signal);
  expect(performance.now() - startMs).toBeLessThan(1000);
});

test('a pause leaves no listener behind, and keeps no process alive', async () => {
  const abort = new AbortController();
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const waiting = pause(10_000, abort.signal);
  expect(timers()).toBe(before);
  abort.abort();
  await waiting;
  await pause(1, forever);
  expect(getEventListeners(forever, 'abort')).toEqual([]);
});

test('work is done again and again, the first time after a pause, never twice at once', async () => {
  const abort = new AbortController();
  let underWay = 0;
  let mostAtOnce = 0;
  let times = 0;
  const done = every(5, abort.signal, async () => {
    mostAtOnce = Math.max(mostAtOnce, ++underWay);
    times++;
    await pause(15, forever);
    underWay--;
  });
  expect(times).toBe(0);
  await vi.waitFor(() => expect(times).toBeGreaterThan(2));
  abort.abort();
  await done;
  const timesThen = times;
  await pause(30, forever);
  expect([times, mostAtOnce]).toEqual([timesThen, 1]);
});
