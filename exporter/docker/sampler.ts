import type { StatsSample } from '../model/sample.ts';
import { createLimit } from '../util/limit.ts';
import { EngineError } from './error.ts';

/** Why a container has no sample in a scrape. */
export type SampleFailure = 'timeout' | 'gone' | 'malformed' | 'refused' | 'internal';

export interface Sampler {
  /** A sample of each container, as far as they can be had until the signal aborts. */
  readonly sample: (ids: readonly string[], signal: AbortSignal) => Promise<SampleRound>;
}

export interface SampleRound {
  readonly samples: ReadonlyMap<string, StatsSample>;
  readonly failures: ReadonlyMap<string, SampleFailure>;
}

export interface SamplerOptions {
  /** Undefined when the engine has nothing to tell. Rejects with an EngineError, or a parser's error. */
  readonly read: (id: string, signal: AbortSignal) => Promise<StatsSample | undefined>;
  readonly maxConcurrentCalls?: number;
  readonly nowMs: () => number;
}

/** More gain nothing: the engine's shims answer one after the other. */
const CONCURRENCY = 10;
/** A one-shot call takes 5 ms, unless the engine answers at the tick of its own collector: once a second (R39). */
const TICK_MS = 800;
const CALLS_THAT_PROVE_TICKS = 2;
/**
 * All calls of a round wait for the same tick, so the first to be answered tells: on an engine without ticks it was
 * answered within this time.
 */
const DIRECT_MS = 50;
/** A call that had this much time and did not end hangs. */
const HUNG_MS = 3000;
/** A container whose call hung is left out for half a minute, then twice as long each time. */
const FIRST_BACKOFF_MS = 30_000;
const MAX_BACKOFF_MS = 480_000;

export function createSampler({ read, maxConcurrentCalls, nowMs }: SamplerOptions): Sampler {
  const asideUntil = new Map<string, { readonly untilMs: number; readonly backoffMs: number }>();
  const pooled = Math.min(CONCURRENCY, maxConcurrentCalls ?? CONCURRENCY);
  const unpooled = maxConcurrentCalls ?? Number.POSITIVE_INFINITY;
  let waitsForTicks = false;

  const setAside = (id: string) => {
    const backoffMs = Math.min((asideUntil.get(id)?.backoffMs ?? FIRST_BACKOFF_MS / 2) * 2, MAX_BACKOFF_MS);
    asideUntil.set(id, { untilMs: nowMs() + backoffMs, backoffMs });
  };

  const isAside = (id: string) => (asideUntil.get(id)?.untilMs ?? 0) > nowMs();

  return {
    sample: async (ids, signal) => {
      const samples = new Map<string, StatsSample>();
      const failures = new Map<string, SampleFailure>();
      const places = createLimit(waitsForTicks ? unpooled : pooled);
      const durationsMs: number[] = [];
      const isTicking = () => durationsMs.filter((ms) => ms >= TICK_MS).length >= CALLS_THAT_PROVE_TICKS;

      const readOne = async (id: string) => {
        const startMs = nowMs();
        try {
          if (signal.aborted) throw new EngineError('timeout', 'no time left');
          const sample = await read(id, signal);
          durationsMs.push(nowMs() - startMs);
          // Then all calls wait for the same tick: together.
          if (isTicking()) places.setLimit(unpooled);
          asideUntil.delete(id);
          if (sample === undefined) failures.set(id, 'gone');
          else samples.set(id, sample);
        } catch (error) {
          const failure = sampleFailure(error);
          failures.set(id, failure);
          if (failure === 'timeout' && nowMs() - startMs >= HUNG_MS) setAside(id);
        }
      };

      for (const id of asideUntil.keys()) if (!ids.includes(id)) asideUntil.delete(id);
      for (const id of ids.filter(isAside)) failures.set(id, 'timeout');
      await Promise.all(ids.filter((id) => !failures.has(id)).map((id) => places.run(() => readOne(id))));
      waitsForTicks = waitsForTicks ? Math.min(...durationsMs) >= DIRECT_MS : isTicking();
      return { samples, failures };
    },
  };
}

function sampleFailure(error: unknown): SampleFailure {
  // A parser's error: the engine answered something else.
  if (!(error instanceof EngineError)) return 'malformed';
  switch (error.failure) {
    case 'timeout':
    case 'aborted':
      return 'timeout';
    case 'gone':
      return 'gone';
    case 'protocol':
      return 'malformed';
    case 'internal':
      return 'internal';
    case 'denied':
    case 'unreachable':
      return 'refused';
  }
}
