import type { SampleFailure } from '../model/sample.ts';
import type { HostSnapshot } from '../model/world.ts';
import { untilAborted } from '../util/until-aborted.ts';
import type { Connection } from './connection.ts';
import { failureOf } from './error.ts';
import type { HostMemory } from './host-memory.ts';
import type { HostState } from './host-state.ts';
import type { Inventory } from './inventory.ts';
import { observeEngine } from './observe.ts';
import type { Sampler } from './sampler.ts';
import type { ContainerView } from './visible.ts';

/** What there is as long as a connection lives. */
export interface Live {
  readonly connection: Connection;
  readonly sampler: Sampler;
  readonly abort: AbortController;
}

export interface HostSurroundings {
  readonly live: () => Live | undefined;
  readonly inventory: Inventory;
  readonly memory: HostMemory;
  readonly state: HostState;
  readonly onSampleFailure: (failure: SampleFailure) => void;
  /** Aborts when the host is watched no more. */
  readonly stopping: AbortSignal;
}

export interface LookOptions {
  readonly view: ContainerView;
  /** Until the signal aborts. */
  readonly timeMs: number;
}

/** What the engine says now; of one that is known to be down, nothing. */
export async function lookAtHost(
  { live, inventory, memory, state, onSampleFailure, stopping }: HostSurroundings,
  { view, timeMs }: LookOptions,
  signal: AbortSignal,
): Promise<Partial<HostSnapshot>> {
  const current = live();
  if (current === undefined || state.status().phase !== 'up') return {};
  const { connection, sampler, abort } = current;
  const fail = (error: unknown) => {
    if (!stopping.aborted) state.goDown(error);
    abort.abort(error);
  };
  const pinged = await untilAborted(pingEngine(connection, stopping, fail), signal).catch((): typeof LATE => LATE);
  if (pinged === LATE) return { outcome: { ok: false, reason: 'timeout' } };
  if (pinged === undefined) return {};
  const { snapshot, sampleFailures } = await observeEngine(
    { pinged, sampler, inventory, memory, view, timeMs },
    signal,
  );
  for (const failure of stopping.aborted ? [] : sampleFailures) onSampleFailure(failure);
  return snapshot;
}

/** A scrape that has less time than the engine takes is without it; that makes no engine one that is down. */
const LATE = 'late';

/** With a time of its own. Calls `fail`, and gives nothing, when the engine does not answer. */
async function pingEngine({ api }: Connection, signal: AbortSignal, fail: (error: unknown) => void) {
  const askedAtMs = Date.now();
  try {
    // A connection that was idle may be closed by a proxy at this very moment: one failure to reach is none.
    const ping = await api.ping(signal).catch((error: unknown) => {
      if (failureOf(error) !== 'unreachable') throw error;
      return api.ping(signal);
    });
    return { ...ping, askedAtMs, answeredAtMs: Date.now() };
  } catch (error) {
    fail(error);
    return undefined;
  }
}
