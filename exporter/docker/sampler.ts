import type { SampleFailure, StatsSample } from '../model/sample.ts';
import { withDeadline } from '../util/deadline.ts';
import { createLimit } from '../util/limit.ts';
import { EngineError } from './error.ts';

export interface Sampler {
  /** A sample of each container, as far as they can be had until the signal aborts, which is after `timeMs`. */
  readonly sample: (ids: readonly string[], signal: AbortSignal, timeMs?: number) => Promise<SampleRound>;
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
/** An engine that is only slow to answer, at its tick or not, is not given more to do at once than this. */
const MAX_AT_ONCE = 128;
/** A call that had this much time, or half of what the round has, hangs: it gives its place to others. */
const HUNG_MS = 3000;
/** Less would take an engine that answers at its tick for one that hangs. */
const MIN_HUNG_MS = 1200;
/** A container whose call hung is left out for half a minute, then twice as long each time. */
const FIRST_BACKOFF_MS = 30_000;
const MAX_BACKOFF_MS = 480_000;
/** Calls at once for containers that were left out: they may hang again. */
const RETRIES_AT_ONCE = 2;

export function createSampler({ read, maxConcurrentCalls = MAX_AT_ONCE, nowMs }: SamplerOptions): Sampler {
  const hung = createHungList(nowMs);
  const pooled = Math.min(CONCURRENCY, maxConcurrentCalls);
  const unpooled = Math.min(MAX_AT_ONCE, maxConcurrentCalls);
  let waitsForTicks = false;

  return {
    sample: async (ids, signal, timeMs = Number.POSITIVE_INFINITY) => {
      const samples = new Map<string, StatsSample>();
      const failures = new Map<string, SampleFailure>();
      const places = createLimit(waitsForTicks ? unpooled : pooled);
      const hungMs = Math.min(HUNG_MS, Math.max(timeMs / 2, MIN_HUNG_MS));
      const durationsMs: number[] = [];
      const isTicking = () => durationsMs.filter((ms) => ms >= TICK_MS).length >= CALLS_THAT_PROVE_TICKS;

      const readOne = async (id: string) => {
        const startMs = nowMs();
        try {
          if (signal.aborted) throw new EngineError('timeout', 'no time left');
          const sample = await withDeadline(signal, hungMs, (until) =>
            read(id, until).finally(() => {
              if (until.aborted && !signal.aborted) hung.add(id);
            }),
          );
          durationsMs.push(nowMs() - startMs);
          // Then all calls wait for the same tick: together.
          if (isTicking()) places.setLimit(unpooled);
          hung.delete(id);
          if (sample === undefined) failures.set(id, 'gone');
          else samples.set(id, sample);
        } catch (error) {
          failures.set(id, sampleFailure(error));
        }
      };

      let hangsAgain = false;
      const retryOne = async (id: string) => {
        // The others must wait for the next round: two at a time, they would take all the time that this one has.
        if (hangsAgain) failures.set(id, 'timeout');
        else await readOne(id);
        hangsAgain ||= hung.isAside(id);
      };

      hung.keepOnly(ids);
      for (const id of ids.filter(hung.isAside)) failures.set(id, 'timeout');
      const retries = createLimit(RETRIES_AT_ONCE);
      const asked = ids.filter((id) => !failures.has(id));
      await Promise.all([
        ...asked.filter((id) => !hung.has(id)).map((id) => places.run(() => readOne(id))),
        // Behind all others.
        ...asked.filter(hung.has).map((id) => retries.run(() => places.run(() => retryOne(id)))),
      ]);
      waitsForTicks = waitsForTicks ? Math.min(...durationsMs) >= DIRECT_MS : isTicking();
      return { samples, failures };
    },
  };
}

/** The containers whose last call hung, and until when each is left out. */
function createHungList(nowMs: () => number) {
  const backoffs = new Map<string, { readonly untilMs: number; readonly backoffMs: number }>();
  return {
    add: (id: string) => {
      const backoffMs = Math.min((backoffs.get(id)?.backoffMs ?? FIRST_BACKOFF_MS / 2) * 2, MAX_BACKOFF_MS);
      backoffs.set(id, { untilMs: nowMs() + backoffMs, backoffMs });
    },
    delete: (id: string) => backoffs.delete(id),
    has: (id: string) => backoffs.has(id),
    isAside: (id: string) => (backoffs.get(id)?.untilMs ?? 0) > nowMs(),
    keepOnly: (ids: readonly string[]) => {
      const known = new Set(ids);
      for (const id of backoffs.keys()) if (!known.has(id)) backoffs.delete(id);
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
