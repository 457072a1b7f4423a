import { isDeepStrictEqual } from 'node:util';
import type { ContainerState } from '../../model/container.ts';
import type { EngineContainer } from '../../model/engine-container.ts';
import { spoofedBy } from './apply-event.ts';
import type { LifecycleState } from './lifecycle.ts';
import { endsBetween, type RunState, restartsBetween, runStateOf } from './missed-runs.ts';
import { countExits, reasonOf } from './settle.ts';
import { holderOf, tallyOf } from './tallies.ts';
import { createTracked, nameOf, type Run, splitRun, type Tracked } from './tracked.ts';

/** Takes over what inspect says now; true when it is anything new. */
export function look(state: LifecycleState, container: EngineContainer, nowSeconds: number): boolean {
  const { id, description } = container;
  const tracked = state.containers.get(id) ?? createTracked(description);
  state.containers.set(id, tracked);
  // What was told before it began has come by now.
  delete tracked.comparedUntilSeconds;
  const now = runStateOf(container);
  if (tracked.description === description && isAsSeen(tracked, now) && isTold(state, tracked)) return false;

  describe(tracked, container);
  const tally = tallyOf(state, id, nowSeconds);
  const { seen } = tracked;
  if (tally !== undefined && seen !== undefined) {
    // Where events are missing, the one that told of it may be.
    const wasCancelled = tracked.isDoubtful ? undefined : tracked.run.isCancelled === true;
    tally.restarts += restartsBetween(seen, now, wasCancelled);
  }
  if (seen !== undefined) compare(state, tracked, { seen, now, container });
  if (tracked.isEnded) explainEnd(tracked, container);
  else delete tracked.lastExit;
  tracked.seen = now;
  tracked.isDoubtful = false;
  return true;
}

function isAsSeen({ seen, isDoubtful, ends, pending, gone }: Tracked, now: RunState): boolean {
  const hasHappened = isDoubtful || ends > 0 || pending.length > 0 || gone !== undefined;
  return !hasHappened && isDeepStrictEqual(seen, now);
}

/** Names may be swapped while nobody looks: whoever comes first then finds its name with the other. */
function isTold(state: LifecycleState, { description }: Tracked): boolean {
  const tally = state.tallies.get(nameOf(description) ?? '');
  return tally === undefined || holderOf(state, tally) !== undefined;
}

const ENDED: ReadonlySet<ContainerState> = new Set(['exited', 'dead', 'restarting', 'removing']);

function describe(
  tracked: Tracked,
  { description, facts: { state, createdSeconds, startedSeconds } }: EngineContainer,
): void {
  tracked.description = description;
  tracked.spoofed = spoofedBy(description.labels);
  if (createdSeconds !== undefined) tracked.createdSeconds = createdSeconds;
  tracked.isEnded = ENDED.has(state) && startedSeconds !== undefined;
  delete tracked.gone;
}

interface TwoLooks {
  readonly seen: RunState;
  readonly now: RunState;
  readonly container: EngineContainer;
}

/** As long as events are not in doubt, an end that none has told of will be told of. */
function compare(state: LifecycleState, tracked: Tracked, { seen, now, container: { facts } }: TwoLooks): void {
  const missed = endsBetween(seen, now) - tracked.ends;
  tracked.ends = tracked.isDoubtful ? 0 : Math.min(0, -missed);
  if (!tracked.isDoubtful) return;
  const { startedSeconds = 0, finishedSeconds = 0 } = facts;
  const comparedUntilSeconds = now.isAlive ? startedSeconds : finishedSeconds + LATE_SECONDS;
  const { before, since } = splitRun(tracked.run, startedSeconds);
  const run = now.isAlive ? before : since;
  countMissed(state, tracked, { missed, run, atSeconds: finishedSeconds, comparedUntilSeconds });
  tracked.run = since;
}

/** An engine tells of an end within moments of its time. */
const LATE_SECONDS = 0.5;

/** It is not there any more, and no event told of its end: what comes late is of that one. */
export function loseSight(state: LifecycleState, tracked: Tracked, nowSeconds: number): void {
  tracked.isEnded = true;
  const missed = Number(tracked.seen?.isAlive ?? false) - tracked.ends;
  tracked.ends = 0;
  const { run } = tracked;
  countMissed(state, tracked, { missed, run, atSeconds: 0, comparedUntilSeconds: Number.MAX_VALUE });
  tracked.gone = { engineSeconds: nowSeconds, ourSeconds: nowSeconds };
}

interface Missed {
  readonly missed: number;
  /** What was told of the last one. */
  readonly run: Run;
  /** When it last ended, by the engine's clock; 0 when nobody knows. */
  readonly atSeconds: number;
  readonly comparedUntilSeconds: number;
}

/** Ends of which no event told: of one alone it may be known that somebody asked for it (R15). */
function countMissed(state: LifecycleState, tracked: Tracked, told: Missed): void {
  const { missed, run, atSeconds, comparedUntilSeconds } = told;
  if (missed <= 0) return;
  const reason = missed === 1 ? reasonOf(tracked, { ...run, atSeconds, hasOomKilled: false }) : 'unknown';
  countExits(state, { reason, name: nameOf(tracked.description), times: missed });
  tracked.comparedUntilSeconds = comparedUntilSeconds;
  if (tracked.isEnded) tracked.lastExit = reason;
}

/** What inspect says of an end that no event told of, or none that can be trusted. */
function explainEnd(tracked: Tracked, { facts: { exitCode }, hasOomKilled }: EngineContainer): void {
  const last = tracked.pending.at(-1);
  if (last === undefined || last.isOver) {
    tracked.lastExit ??= 'unknown';
    return;
  }
  if (last.exitCode === undefined && exitCode !== undefined) last.exitCode = exitCode;
  last.hasOomKilled = hasOomKilled && last.run.oomAtSeconds === undefined;
}
