import { expect, onTestFinished, test, vi } from 'vitest';
import type { ProbeResult } from '../../../exporter/model/probe.ts';
import { createSchedule, type ScheduledProbe } from '../../../exporter/probes/schedule.ts';

const good: ProbeResult = { startedSeconds: 1, durationSeconds: 0.01, success: true, details: {}, steps: [] };
const bad: ProbeResult = { ...good, success: false, failure: 'connection refused' };

function start({ concurrency = 10, random = (): number => 0 } = {}) {
  const results: string[] = [];
  const faults: unknown[] = [];
  const schedule = createSchedule({
    concurrency,
    random,
    onResult: (key, { success }) => results.push(`${key} ${success ? 'good' : 'bad'}`),
    onFault: (_key, error) => faults.push(error),
  });
  onTestFinished(schedule.stop);
  return { schedule, results, faults };
}

/** One whose tries are counted; `answer` gives what each comes to. */
function probe(key: string, answer: (tried: number) => ProbeResult | undefined, options: Partial<ScheduledProbe> = {}) {
  const seen = { tries: 0 };
  const scheduled: ScheduledProbe = {
    key,
    intervalMs: 20,
    retries: 0,
    isGuest: false,
    attempt: () => Promise.resolve(answer(++seen.tries)),
    ...options,
  };
  return { seen, scheduled };
}

test('a probe runs again and again at its interval, and its last result is kept', async () => {
  const { schedule } = start();
  const { seen, scheduled } = probe('a', (tried) => (tried === 1 ? bad : good));
  schedule.replace([scheduled]);
  await vi.waitFor(() => expect(seen.tries).toBeGreaterThan(4));
  expect(schedule.lastRun('a')?.result).toBe(good);
});

test('the first runs of probes are spread over their interval', async () => {
  const spread = [0.9, 0.1, 0.5];
  const { schedule, results } = start({ random: () => spread.shift() ?? 0 });
  schedule.replace(['a', 'b', 'c'].map((key) => probe(key, () => good, { intervalMs: 400 }).scheduled));
  await vi.waitFor(() => expect(results).toHaveLength(3));
  expect(results).toEqual(['b good', 'c good', 'a good']);
});

test('a run counts as failed when all its tries have', async () => {
  const { schedule, results } = start();
  const { seen, scheduled } = probe('a', () => bad, { retries: 1, intervalMs: 60_000 });
  schedule.replace([scheduled]);
  await vi.waitFor(() => expect(seen.tries).toBe(1));
  expect(results).toEqual([]);
  await vi.waitFor(() => expect(results).toEqual(['a bad']), { timeout: 3000 });
  expect(seen.tries).toBe(2);
});

test('a good try after a failed one makes the run a good one', async () => {
  const { schedule, results } = start();
  const { scheduled } = probe('a', (tried) => (tried === 1 ? bad : good), { retries: 3, intervalMs: 60_000 });
  schedule.replace([scheduled]);
  await vi.waitFor(() => expect(results).toEqual(['a good']), { timeout: 3000 });
});

test('what cannot be known has no result, also where there was one', async () => {
  const { schedule, results } = start();
  const { seen, scheduled } = probe('a', (tried) => (tried === 1 ? good : undefined));
  schedule.replace([scheduled]);
  await vi.waitFor(() => expect(seen.tries).toBeGreaterThan(1));
  await vi.waitFor(() => expect(schedule.lastRun('a')).toBeUndefined());
  expect(results).toEqual(['a good']);
});

test('no more tries than the limit run at once', async () => {
  const { schedule } = start({ concurrency: 3 });
  let atOnce = 0;
  let most = 0;
  let ended = 0;
  const attempt = async () => {
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setTimeout(resolve, 5));
    atOnce--;
    ended++;
    return good;
  };
  schedule.replace(Array.from({ length: 20 }, (_, at) => probe(`p${at}`, () => good, { attempt }).scheduled));
  await vi.waitFor(() => expect(ended).toBeGreaterThan(40));
  expect(most).toBe(3);
});

test('probes that hang until their time is up leave places to those that do not', async () => {
  const { schedule, results } = start({ concurrency: 4 });
  const hanging = (at: number) => {
    let tried = 0;
    const hang = (signal: AbortSignal) =>
      new Promise<ProbeResult>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      });
    const attempt = (signal: AbortSignal) => (tried++ === 0 ? Promise.resolve(bad) : hang(signal));
    return probe(`dead${at}`, () => bad, { attempt }).scheduled;
  };
  const dead = Array.from({ length: 8 }, (_, at) => hanging(at));
  schedule.replace(dead);
  await vi.waitFor(() => expect(results).toHaveLength(8));
  const { seen, scheduled } = probe('alive', () => good);
  schedule.replace([...dead, scheduled]);
  await vi.waitFor(() => expect(seen.tries).toBeGreaterThan(5));
});

test('guests that take their time to answer well leave places to what is configured, whether that lives or failed', async () => {
  const { schedule } = start({ concurrency: 4 });
  let inside = 0;
  const attempt = (signal: AbortSignal) =>
    new Promise<ProbeResult>((_resolve, reject) => {
      inside++;
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
  const guests = Array.from(
    { length: 8 },
    (_, at) => probe(`guest${at}`, () => good, { attempt, isGuest: true }).scheduled,
  );
  schedule.replace(guests);
  await vi.waitFor(() => expect(inside).toBe(2));
  const living = probe('living', () => good);
  const failing = probe('failing', () => bad);
  schedule.replace([...guests, living.scheduled, failing.scheduled]);
  await vi.waitFor(() => expect(Math.min(living.seen.tries, failing.seen.tries)).toBeGreaterThan(5));
  expect(inside).toBe(2);
});

test('at a change the same probe goes on, a changed one begins anew without its old result, and one that is gone ends', async () => {
  const { schedule } = start();
  const same = probe('same', () => good, { intervalMs: 60_000 });
  const changed = probe('changed', () => good, { intervalMs: 60_000 });
  const gone = probe('gone', () => good);
  schedule.replace([same.scheduled, changed.scheduled, gone.scheduled]);
  await vi.waitFor(() => {
    for (const key of ['same', 'changed', 'gone']) expect(schedule.lastRun(key)).toBeDefined();
  });
  const never = probe('changed', () => good, { attempt: () => new Promise(() => undefined) });
  schedule.replace([same.scheduled, never.scheduled]);
  expect(schedule.lastRun('same')).toBeDefined();
  expect(schedule.lastRun('changed')).toBeUndefined();
  expect(schedule.lastRun('gone')).toBeUndefined();
  expect(same.seen.tries).toBe(1);
  schedule.replace([same.scheduled]);
});

test('what a try came to after its probe was taken away counts for nobody', async () => {
  const { schedule, results } = start();
  const finish: ((result: ProbeResult) => void)[] = [];
  const { scheduled } = probe('a', () => good, { attempt: () => new Promise((resolve) => finish.push(resolve)) });
  schedule.replace([scheduled]);
  await vi.waitFor(() => expect(finish).toHaveLength(1));
  schedule.replace([]);
  finish[0]?.(good);
  await schedule.stop();
  expect(results).toEqual([]);
  expect(schedule.lastRun('a')).toBeUndefined();
});

test('a try that throws is a fault of ours that is told, and the probe goes on', async () => {
  const { schedule, results, faults } = start();
  const bug = new Error('a bug');
  let tried = 0;
  const attempt = () => (tried++ === 0 ? Promise.reject(bug) : Promise.resolve(good));
  schedule.replace([probe('a', () => good, { attempt }).scheduled]);
  await vi.waitFor(() => expect(results.length).toBeGreaterThan(1));
  expect(faults).toEqual([bug]);
});

test('it stops while probes run and wait', async () => {
  const { schedule } = start({ concurrency: 1 });
  const attempt = (signal: AbortSignal) =>
    new Promise<ProbeResult>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
  schedule.replace(['a', 'b', 'c'].map((key) => probe(key, () => good, { attempt }).scheduled));
  await expect(schedule.stop()).resolves.toBeUndefined();
});
