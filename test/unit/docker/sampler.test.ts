import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineError, type EngineFailure } from '../../../exporter/docker/error.ts';
import { parseStats } from '../../../exporter/docker/parse/stats.ts';
import { createSampler } from '../../../exporter/docker/sampler.ts';
import type { StatsSample } from '../../../exporter/model/sample.ts';
import { withDeadline } from '../../../exporter/util/deadline.ts';

const SAMPLE: StatsSample = { pids: { current: 1 } };
const IDS = Array.from({ length: 100 }, (_, at) => `container-${String(at).padStart(3, '0')}`);
const forever = new AbortController().signal;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], now: 0 }));
afterEach(() => void vi.useRealTimers());

/** An engine that answers each call after this long. */
function createBed(durationMs: (id: string, nowMs: number) => number, maxConcurrentCalls?: number) {
  const asked: string[] = [];
  let running = 0;
  let mostAtOnce = 0;
  const nowMs = () => performance.now();
  const sampler = createSampler({
    read: async (id, signal) => {
      asked.push(id);
      mostAtOnce = Math.max(mostAtOnce, ++running);
      await new Promise<void>((resolve, reject) => {
        const tookMs = durationMs(id, nowMs());
        const timer = Number.isFinite(tookMs) ? setTimeout(resolve, tookMs) : undefined;
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(new EngineError('timeout', 'stats'));
        });
      }).finally(() => running--);
      return SAMPLE;
    },
    nowMs,
    ...(maxConcurrentCalls !== undefined && { maxConcurrentCalls }),
  });

  return {
    pass: (milliseconds: number) => void vi.advanceTimersByTime(milliseconds),
    round: async (ids: readonly string[], deadlineMs = 9500) => {
      const startMs = nowMs();
      asked.length = 0;
      mostAtOnce = 0;
      const result = withDeadline(forever, deadlineMs, (signal) => sampler.sample(ids, signal, deadlineMs));
      // The deadline itself is a timer until the end.
      while (vi.getTimerCount() > 0) await vi.advanceTimersToNextTimerAsync();
      return { ...(await result), asked: [...asked], mostAtOnce, tookMs: nowMs() - startMs };
    },
  };
}

/** A call ends with the next tick of the engine's collector, once a second. */
const atTheTick = (_id: string, nowMs: number) => 1000 - (nowMs % 1000) + 3;
const direct = () => 5;

describe('R39: an engine that answers at its own tick', () => {
  test('is recognised by two slow calls; then all others are in flight together', async () => {
    const { round, pass } = createBed(atTheTick);
    pass(10);
    const { samples, tookMs, mostAtOnce } = await round(IDS);
    expect(samples.size).toBe(100);
    expect(mostAtOnce).toBeGreaterThanOrEqual(80);
    expect(tookMs).toBeLessThan(3000);
  });

  test('is asked about all at once from then on, wherever in its second a scrape comes', async () => {
    const { round, pass } = createBed(atTheTick);
    await round(IDS);
    for (const phaseMs of [100, 700, 500, 850, 250]) {
      pass(phaseMs);
      const { samples, tookMs, mostAtOnce } = await round(IDS);
      expect({ size: samples.size, mostAtOnce }).toEqual({ size: 100, mostAtOnce: 100 });
      expect(tookMs).toBeLessThan(1100);
    }
  });

  test('is left alone again when it answers at once', async () => {
    let isOverloaded = true;
    const { round } = createBed(() => (isOverloaded ? 900 : 5));
    await round(IDS);
    isOverloaded = false;
    expect((await round(IDS)).mostAtOnce).toBe(100);
    expect((await round(IDS)).mostAtOnce).toBe(10);
  });

  test('is not what one slow container makes of it', async () => {
    const { round } = createBed((id) => (id === 'container-003' ? 1500 : 5));
    expect((await round(IDS)).mostAtOnce).toBe(10);
    expect((await round(IDS)).mostAtOnce).toBe(10);
  });

  test('has at most 128 calls to answer', async () => {
    const { round } = createBed(atTheTick);
    const ids = Array.from({ length: 500 }, (_, at) => `container-${at}`);
    for (const _ of [1, 2]) {
      const { samples, mostAtOnce } = await round(ids);
      expect({ size: samples.size, mostAtOnce }).toEqual({ size: 500, mostAtOnce: 128 });
    }
  });

  test('keeps to what its transport can bear', async () => {
    const { round } = createBed(atTheTick, 6);
    expect((await round(IDS.slice(0, 30))).mostAtOnce).toBe(6);
    expect((await round(IDS.slice(0, 30))).mostAtOnce).toBe(6);
  });
});

test('an engine that answers at once has ten calls to answer', async () => {
  const { round } = createBed(direct);
  const { samples, mostAtOnce } = await round(IDS);
  expect({ size: samples.size, mostAtOnce }).toEqual({ size: 100, mostAtOnce: 10 });
});

describe('R40: a call that hangs', () => {
  const hangs = (id: string) => (id === 'container-005' ? Number.POSITIVE_INFINITY : 5);

  test('costs its own container the sample, and no other', async () => {
    const { round } = createBed(hangs);
    const { samples, failures } = await round(IDS);
    expect(samples.size).toBe(99);
    expect([...failures]).toEqual([['container-005', 'timeout']]);
  });

  test('sets its container aside for half a minute, then twice as long, at most 8 minutes', async () => {
    const { round, pass } = createBed(hangs);
    await round(IDS);
    for (const seconds of [30, 60, 120, 240, 480, 480]) {
      pass(seconds * 1000 - 2000);
      const aside = await round(IDS);
      expect(aside.asked).not.toContain('container-005');
      expect(aside.tookMs).toBeLessThan(500);
      expect([...aside.failures]).toEqual([['container-005', 'timeout']]);
      pass(2000);
      expect((await round(IDS)).asked).toContain('container-005');
    }
  });

  test('that ends again is forgotten', async () => {
    let hanging = true;
    const { round, pass } = createBed((id) => (hanging ? hangs(id) : 5));
    await round(IDS);
    hanging = false;
    pass(31_000);
    expect((await round(IDS)).failures.size).toBe(0);
    hanging = true;
    await round(IDS);
    pass(31_000);
    expect((await round(IDS)).asked).toContain('container-005');
  });

  test('is not one that had too little time', async () => {
    const { round } = createBed(hangs);
    await round(IDS, 1000);
    expect((await round(IDS, 1000)).asked).toContain('container-005');
  });

  test('keeps no place from others, however many hang', async () => {
    const { round } = createBed((id) => (id < 'container-020' ? Number.POSITIVE_INFINITY : 5));
    const { samples, failures, tookMs } = await round(IDS);
    expect({ samples: samples.size, failures: failures.size }).toEqual({ samples: 80, failures: 20 });
    expect(tookMs).toBeLessThan(6500);
  });

  test('costs one scrape of 3 s, and not the next', async () => {
    const { round } = createBed(hangs);
    expect((await round(IDS, 2500)).tookMs).toBeLessThan(1500);
    const next = await round(IDS, 2500);
    expect(next.samples.size).toBe(99);
    expect(next.tookMs).toBeLessThan(100);
  });

  test('is not one that waits for a tick', async () => {
    const { round, pass } = createBed(atTheTick);
    for (const phaseMs of [0, 300, 500, 700]) {
      pass(phaseMs);
      expect((await round(IDS.slice(0, 10), 1600)).samples.size).toBe(10);
    }
  });

  test('is tried again behind all others, two at a time, until one hangs again', async () => {
    let hanging = true;
    const { round, pass } = createBed((id) => (hanging && id < 'container-020' ? Number.POSITIVE_INFINITY : 5));
    await round(IDS);
    pass(33_000);
    const { samples, asked, mostAtOnce, tookMs } = await round(IDS);
    expect({ size: samples.size, mostAtOnce }).toEqual({ size: 80, mostAtOnce: 10 });
    expect(asked.slice(80)).toEqual(IDS.slice(0, 2));
    expect(tookMs).toBeLessThan(3500);
    hanging = false;
    pass(61_000);
    expect((await round(IDS)).samples.size).toBe(100);
    pass(480_000);
    expect((await round(IDS)).samples.size).toBe(100);
  });

  test('of a container that is gone is not remembered', async () => {
    const { round } = createBed(hangs);
    await round(IDS);
    await round(IDS.slice(10));
    expect((await round(IDS)).asked).toContain('container-005');
  });
});

test('what there was no time for any more is a timeout, and is not asked for', async () => {
  const { round } = createBed(() => 1000, 10);
  const { samples, failures, asked } = await round(IDS, 2500);
  expect(samples.size).toBe(20);
  expect(new Set(failures.values())).toEqual(new Set(['timeout']));
  expect(samples.size + failures.size).toBe(100);
  expect(asked).toHaveLength(30);
});

test.each<[EngineFailure, string]>([
  ['timeout', 'timeout'],
  ['aborted', 'timeout'],
  ['gone', 'gone'],
  ['protocol', 'malformed'],
  ['internal', 'internal'],
  ['denied', 'refused'],
  ['unreachable', 'refused'],
])('a call that failed by %s is counted as %s', async (failure, counted) => {
  const read = () => Promise.reject(new EngineError(failure, 'stats'));
  const { failures } = await createSampler({ read, nowMs: () => 0 }).sample(['a'], forever);
  expect([...failures]).toEqual([['a', counted]]);
});

test('an answer of another shape is malformed, and spoils no other', async () => {
  const read = (id: string) =>
    Promise.resolve(id).then((it) => parseStats(it === 'bad' ? { read: 7 } : { read: '2026' }));
  const { samples, failures } = await createSampler({ read, nowMs: () => 0 }).sample(['a', 'bad', 'c'], forever);
  expect([...samples.keys()]).toEqual(['a', 'c']);
  expect([...failures]).toEqual([['bad', 'malformed']]);
});

test('trap 1: zeros are no sample: the container has ended', async () => {
  const read = () => Promise.resolve(parseStats({ read: '0001-01-01T00:00:00Z' }));
  const { samples, failures } = await createSampler({ read, nowMs: () => 0 }).sample(['a'], forever);
  expect(samples.size).toBe(0);
  expect([...failures]).toEqual([['a', 'gone']]);
});
