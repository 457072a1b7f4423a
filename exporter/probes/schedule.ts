import type { ProbeResult } from '../model/probe.ts';

import { createLimit } from '../util/limit.ts';
import { pause } from '../util/pause.ts';

/** A probe that is run again and again. */
export interface ScheduledProbe {
  /** No other probe's: who has the same key at a change goes on with its result. */
  readonly key: string;
  readonly intervalMs: number;
  /** Tries after a failed one. */
  readonly retries: number;
  /** One try; rejects only when the signal aborts. Undefined: it cannot be known now. */
  readonly attempt: (signal: AbortSignal) => Promise<ProbeResult | undefined>;
}

export interface LastRun {
  readonly result: ProbeResult;
  /** Unix seconds. */
  readonly endedSeconds: number;
}

export interface Schedule {
  /** Starts those that are new, ends those that are gone; the same object goes on undisturbed. */
  readonly replace: (probes: readonly ScheduledProbe[]) => void;
  readonly lastRun: (key: string) => LastRun | undefined;
  readonly setConcurrency: (concurrency: number) => void;
  readonly stop: () => Promise<void>;
}

export interface ScheduleOptions {
  /** Runs at once. */
  readonly concurrency: number;
  /** From 0 to 1: where in its interval a probe begins. */
  readonly random: () => number;
  readonly onResult: (key: string, result: ProbeResult) => void;
}

const RETRY_MS = 1000;

export function createSchedule({ concurrency, random, onResult }: ScheduleOptions): Schedule {
  const all = createLimit(concurrency);
  // What is dead keeps its place for its whole timeout: it must not take all of them from what lives.
  const failing = createLimit(half(concurrency));
  const running = new Map<string, Running>();
  const lastRuns = new Map<string, LastRun>();
  const runOnce = async (probe: ScheduledProbe, signal: AbortSignal) => {
    signal.throwIfAborted();
    const hasFailed = lastRuns.get(probe.key)?.result.success === false;
    const run = () => all.run(() => tryAll(probe, signal));
    const result = await (hasFailed ? failing.run(run) : run());
    signal.throwIfAborted();
    if (result === undefined) {
      lastRuns.delete(probe.key);
      return;
    }
    lastRuns.set(probe.key, { result, endedSeconds: Date.now() / 1000 });
    onResult(probe.key, result);
  };
  const end = (key: string) => {
    running.get(key)?.stopping.abort();
    running.delete(key);
  };
  const begin = (probe: ScheduledProbe) => {
    const stopping = new AbortController();
    const firstMs = random() * probe.intervalMs;
    const done = keepRunning(probe, { firstMs, signal: stopping.signal, runOnce });
    running.set(probe.key, { probe, stopping, done });
  };
  return {
    replace: (probes) => {
      const keys = new Set(probes.map(({ key }) => key));
      for (const key of running.keys()) {
        if (keys.has(key)) continue;
        end(key);
        lastRuns.delete(key);
      }
      for (const probe of probes) {
        if (running.get(probe.key)?.probe === probe) continue;
        end(probe.key);
        begin(probe);
      }
    },
    lastRun: (key) => lastRuns.get(key),
    setConcurrency: (next) => {
      all.setLimit(next);
      failing.setLimit(half(next));
    },
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

function half(concurrency: number): number {
  return Math.max(1, Math.floor(concurrency / 2));
}

interface Keeping {
  readonly firstMs: number;
  readonly signal: AbortSignal;
  readonly runOnce: (probe: ScheduledProbe, signal: AbortSignal) => Promise<void>;
}

/** At a steady pace, whatever the runs take; one that takes longer than its interval misses turns. */
async function keepRunning(probe: ScheduledProbe, { firstMs, signal, runOnce }: Keeping): Promise<void> {
  let dueMs = performance.now() + firstMs;
  while (!signal.aborted) {
    await pause(dueMs - performance.now(), signal);
    // Rejects only when it is ended.
    await runOnce(probe, signal).catch(() => undefined);
    const lateMs = performance.now() - dueMs;
    dueMs += Math.max(1, Math.ceil(lateMs / probe.intervalMs)) * probe.intervalMs;
  }
}

/** The first good result, else the last. */
async function tryAll(probe: ScheduledProbe, signal: AbortSignal): Promise<ProbeResult | undefined> {
  let result = await probe.attempt(signal);
  for (let retry = 0; retry < probe.retries && result?.success === false; retry++) {
    await pause(RETRY_MS, signal);
    signal.throwIfAborted();
    result = await probe.attempt(signal);
  }
  return result;
}
