import type { SampleFailure } from '../model/sample.ts';
import type { HostSnapshot } from '../model/world.ts';
import { untilAborted } from '../util/until-aborted.ts';
import type { Connection } from './connection.ts';
import { failureOf } from './error.ts';
import type { HostMemory } from './host-memory.ts';
import type { HostState } from './host-state.ts';
import type { Inventory } from './inventory.ts';
import { observeEngine, observeWithoutEngine } from './observe.ts';
import type { Sampler } from './sampler.ts';
import type { Sampling } from './sampling.ts';
import type { ContainerView } from './visible.ts';

/** What there is as long as a connection lives. */
export interface Live {
  readonly connection: Connection;
  readonly sampler: Sampler;
  readonly abort: AbortController;
}

export interface HostSurroundings extends Sampling {
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

/** What the engine says now; of one that is known to be down, what the kernel's files say of its containers. */
export async function lookAtHost(
  surroundings: HostSurroundings,
  { view, timeMs }: LookOptions,
  signal: AbortSignal,
): Promise<Partial<HostSnapshot>> {
  const { kernel, inventory, memory, isEngineAsked, onObstacle, onSampleFailure, stopping } = surroundings;
  const reached = await reachEngine(surroundings, signal);
  if (reached === 'late' || reached === 'down') {
    const seen = await observeWithoutEngine({ inventory, view, ...(kernel && { kernel }) }, signal);
    return { ...seen, ...(reached === 'late' && { outcome: { ok: false, reason: 'timeout' } }) };
  }
  const { pinged, sampler } = reached;
  const sources = { ...(kernel && { kernel }), ...(isEngineAsked && { api: sampler }) };
  const observed = await observeEngine({ pinged, sources, inventory, memory, view, timeMs }, signal);
  if (observed.obstacle !== undefined) onObstacle(observed.obstacle);
  for (const failure of stopping.aborted ? [] : observed.sampleFailures) onSampleFailure(failure);
  return observed.snapshot;
}

/** A scrape that has less time than the engine takes is without it; that makes no engine one that is down. */
async function reachEngine({ live, state, stopping }: HostSurroundings, signal: AbortSignal) {
  const current = live();
  if (current === undefined || state.status().phase !== 'up') return 'down';
  const { connection, sampler, abort } = current;
  const fail = (error: unknown) => {
    if (!stopping.aborted) state.goDown(error);
    abort.abort(error);
  };
  const pinged = await untilAborted(pingEngine(connection, stopping, fail), signal).catch(() => 'late' as const);
  if (pinged === 'late') return 'late';
  return pinged === undefined ? 'down' : { pinged, sampler };
}

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
