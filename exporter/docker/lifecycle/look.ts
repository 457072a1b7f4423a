import { isDeepStrictEqual } from 'node:util';
import type { ContainerState } from '../../model/container.ts';
import type { EngineContainer } from '../../model/engine-container.ts';
import { spoofedBy } from './apply-event.ts';
import type { LifecycleState } from './lifecycle.ts';
import { endsBetween, type RunState, restartsBetween, runStateOf } from './missed-runs.ts';
import { countExits, reasonOf } from './settle.ts';
import { tallyOf } from './tallies.ts';
import { createTracked, nameOf, type Tracked } from './tracked.ts';

/** Takes over what inspect says now; true when it is anything new. */
export function look(state: LifecycleState, container: EngineContainer, nowSeconds: number): boolean {
  const { id, description, facts } = container;
  const tracked = state.containers.get(id) ?? createTracked(description);
  state.containers.set(id, tracked);
  const { seen, isDoubtful } = tracked;
  const now = runStateOf(container);
  if (tracked.description === description && !isDoubtful && isDeepStrictEqual(seen, now)) return false;

  describe(tracked, container);
  const tally = tallyOf(state, id, nowSeconds);
  if (tally !== undefined && seen !== undefined) tally.restarts += restartsBetween(seen, now);
  if (isDoubtful && seen !== undefined) compare(state, tracked, { seen, now, atSeconds: facts.finishedSeconds });
  if (tracked.isEnded) explainEnd(tracked, container);
  else delete tracked.lastExit;
  tracked.seen = now;
  tracked.ends = 0;
  tracked.isDoubtful = false;
  return true;
}

const ENDED: ReadonlySet<ContainerState> = new Set(['exited', 'dead', 'restarting', 'removing']);

function describe(tracked: Tracked, { description, facts: { state, createdSeconds, startedSeconds } }: EngineContainer): void {
  tracked.description = description;
  tracked.spoofed = spoofedBy(description.labels);
  if (createdSeconds !== undefined) tracked.createdSeconds = createdSeconds;
  tracked.isEnded = ENDED.has(state) && startedSeconds !== undefined;
}

/** It is not there any more, and no event told of its end. */
export function loseSight(state: LifecycleState, tracked: Tracked, nowSeconds: number): void {
  tracked.isEnded = true;
  const missed = Number(tracked.seen?.isAlive ?? false) - tracked.ends;
  countMissed(state, tracked, { missed, atSeconds: nowSeconds });
  tracked.gone = { engineSeconds: nowSeconds, ourSeconds: nowSeconds };
}

interface TwoLooks {
  readonly seen: RunState;
  readonly now: RunState;
  /** When it last ended; Unix seconds. */
  readonly atSeconds: number | undefined;
}

function compare(state: LifecycleState, tracked: Tracked, { seen, now, atSeconds = 0 }: TwoLooks): void {
  countMissed(state, tracked, { missed: endsBetween(seen, now) - tracked.ends, atSeconds });
  // What events told was of a run that is over.
  if (now.startedSeconds !== seen.startedSeconds) tracked.run = { kills: [] };
}

/** Ends of which no event told: of one alone it may be known that somebody asked for it (R15). */
function countMissed(
  state: LifecycleState,
  tracked: Tracked,
  { missed, atSeconds }: { readonly missed: number; readonly atSeconds: number },
): void {
  if (missed <= 0) return;
  const reason = missed === 1 ? reasonOf(tracked, { ...tracked.run, atSeconds, hasOomKilled: false }) : 'unknown';
  countExits(state, { reason, name: nameOf(tracked.description), times: missed });
  if (tracked.isEnded) tracked.lastExit = reason;
}

/** What inspect says of an end that no event told of, or none that can be trusted. */
function explainEnd(tracked: Tracked, { facts: { exitCode }, hasOomKilled }: EngineContainer): void {
  const last = tracked.pending.at(-1);
  if (last === undefined) {
    tracked.lastExit ??= 'unknown';
    return;
  }
  if (last.exitCode === undefined && exitCode !== undefined) last.exitCode = exitCode;
  last.hasOomKilled = hasOomKilled && last.run.oomAtSeconds === undefined;
}
