import type { ProbeResult } from '../model/probe.ts';
import { createLimit } from '../util/limit.ts';
import { pause } from '../util/pause.ts';

/** A probe that is run again and again. */
export interface ScheduledProbe {
  /** No other probe's. */
  readonly key: string;
  readonly intervalMs: number;
  /** Tries after a failed one. */
  readonly retries: number;
  /** Whether somebody else than who configures asked for it: such probes get a part of the places only. */
  readonly isGuest: boolean;
  /** One try; rejects only when the signal aborts. Undefined: it cannot be known now. */
  readonly attempt: (signal: AbortSignal) => Promise<ProbeResult | undefined>;
}

export interface LastRun {
  readonly result: ProbeResult;
  /** Unix seconds. */
  readonly endedSeconds: number;
}

export interface Schedule {
  /** Starts those that are new, ends those that are gone; the same object goes on undisturbed, with its result. */
  readonly replace: (probes: readonly ScheduledProbe[]) => void;
  readonly lastRun: (key: string) => LastRun | undefined;
  readonly setConcurrency: (concurrency: number) => void;
  readonly stop: () => Promise<void>;
}

export interface ScheduleOptions {
  /** Runs at once. */
  readonly concurrency: number;
  /** From 0 to 1: when a new probe begins, so that not all of them run at once. */
  readonly random: () => number;
  /** `previous`: of the run before; absent where that is not known. */
  readonly onResult: (key: string, result: ProbeResult, previous?: ProbeResult) => void;
  /** A try threw, which is a fault of ours: its probe has no result. */
  readonly onFault: (key: string, error: unknown) => void;
}

const RETRY_MS = 1000;
/** Nobody waits for a first result as long as a slow probe's interval. */
const LONGEST_START_MS = 30_000;

export function createSchedule({ concurrency, random, onResult, onFault }: ScheduleOptions): Schedule {
  const places = createPlaces(concurrency);
  const running = new Map<string, Running>();
  const lastRuns = new Map<string, LastRun>();
  const tryOnce = ({ key, isGuest, attempt }: ScheduledProbe, signal: AbortSignal) =>
    places.run({ isGuest, hasFailed: lastRuns.get(key)?.result.success === false }, async () => {
      // It may have waited for its place until nobody wanted it any more.
      signal.throwIfAborted();
      return attempt(signal);
    });
  const runOnce = async (probe: ScheduledProbe, signal: AbortSignal) => {
    const { key } = probe;
    try {
      const result = await tryAll(probe.retries, () => tryOnce(probe, signal), signal);
      if (signal.aborted) return;
      const previous = lastRuns.get(key)?.result;
      lastRuns.delete(key);
      if (result === undefined) return;
      lastRuns.set(key, { result, endedSeconds: Date.now() / 1000 });
      onResult(key, result, previous);
    } catch (error) {
      if (signal.aborted) return;
      lastRuns.delete(key);
      onFault(key, error);
    }
  };
  /** What was found out of another target, or of one that is gone, is nobody's any more. */
  const end = (key: string) => {
    running.get(key)?.stopping.abort();
    running.delete(key);
    lastRuns.delete(key);
  };
  const begin = (probe: ScheduledProbe) => {
    const stopping = new AbortController();
    const firstMs = random() * Math.min(probe.intervalMs, LONGEST_START_MS);
    const done = keepRunning(probe, { firstMs, signal: stopping.signal, runOnce });
    running.set(probe.key, { probe, stopping, done });
  };
  return {
    replace: (probes) => {
      const keys = new Set(probes.map(({ key }) => key));
      for (const key of running.keys()) {
        if (!keys.has(key)) end(key);
      }
      for (const probe of probes) {
        if (running.get(probe.key)?.probe === probe) continue;
        end(probe.key);
        begin(probe);
      }
    },
    lastRun: (key) => lastRuns.get(key),
    setConcurrency: places.setConcurrency,
    stop: async () => {
      const ending = [...running.values()];
      for (const key of [...running.keys()]) end(key);
      await Promise.all(ending.map(({ done }) => done));
    },
  };
}

interface Running {
  readonly probe: ScheduledProbe;
  readonly stopping: AbortController;
  readonly done: Promise<void>;
}

interface Applicant {
  readonly isGuest: boolean;
  readonly hasFailed: boolean;
}

interface Places {
  readonly run: <T>(applicant: Applicant, work: () => Promise<T>) => Promise<T>;
  readonly setConcurrency: (concurrency: number) => void;
}

/**
 * What is dead keeps its place for its whole timeout, and so does a guest whose server takes its time to answer well: neither
 * must take all places from what lives, nor guests all from what was configured and is dead.
 */
function createPlaces(concurrency: number): Places {
  const share = (of: number, part: number) => Math.max(1, Math.floor(of * part));
  const all = createLimit(concurrency);
  const slow = createLimit(share(concurrency, SLOW_PART));
  const guests = createLimit(share(concurrency, GUESTS_PART));
  return {
    run: ({ isGuest, hasFailed }, work) => {
      if (isGuest) return guests.run(() => slow.run(() => all.run(work)));
      return hasFailed ? slow.run(() => all.run(work)) : all.run(work);
    },
    setConcurrency: (next) => {
      all.setLimit(next);
      slow.setLimit(share(next, SLOW_PART));
      guests.setLimit(share(next, GUESTS_PART));
    },
  };
}

/** Of the places, for those that failed last and guests together, and for guests. */
const SLOW_PART = 0.75;
const GUESTS_PART = 0.5;

interface Keeping {
  readonly firstMs: number;
  readonly signal: AbortSignal;
  readonly runOnce: (probe: ScheduledProbe, signal: AbortSignal) => Promise<void>;
}

/** At a steady pace, whatever the runs take; one that takes longer than its interval misses turns. */
async function keepRunning(probe: ScheduledProbe, { firstMs, signal, runOnce }: Keeping): Promise<void> {
  let dueMs = performance.now() + firstMs;
  await pause(firstMs, signal);
  while (!signal.aborted) {
    await runOnce(probe, signal);
    const lateMs = performance.now() - dueMs;
    dueMs += Math.max(1, Math.ceil(lateMs / probe.intervalMs)) * probe.intervalMs;
    await pause(dueMs - performance.now(), signal);
  }
}

/** The first good result, else the last. */
async function tryAll(
  retries: number,
  tryOnce: () => Promise<ProbeResult | undefined>,
  signal: AbortSignal,
): Promise<ProbeResult | undefined> {
  let result = await tryOnce();
  for (let retry = 0; retry < retries && result?.success === false; retry++) {
    await pause(RETRY_MS, signal);
    signal.throwIfAborted();
    result = await tryOnce();
  }
  return result;
}
