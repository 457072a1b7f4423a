import type { LifecycleState } from './lifecycle.ts';
import { nameOf, type Tracked } from './tracked.ts';

/** For so long what is gone is still told of (R16). */
const TOMBSTONE_SECONDS = 300;
/** A host of short jobs has a new name every second (R37). */
const MOST_TOMBSTONES = 500;

/** Forgets the containers that are long gone, and the counters of names that no container has had for as long. */
export function forgetGone(state: LifecycleState, nowSeconds: number): void {
  const living = namesOf([...state.containers.values()].filter(({ gone }) => gone === undefined));
  forgetContainers(state, living, nowSeconds);
  const named = namesOf([...state.containers.values()]);
  for (const [name, tally] of state.tallies) {
    if (living.has(name)) tally.usedSeconds = nowSeconds;
    else if (!named.has(name) && isPast(tally.usedSeconds, nowSeconds)) state.tallies.delete(name);
  }
}

function forgetContainers({ containers }: LifecycleState, living: Names, nowSeconds: number): void {
  const tombstones: string[] = [];
  for (const [id, tracked] of containers) {
    if (tracked.gone === undefined || tracked.pending.length > 0) continue;
    const isStanding = wentByItself(tracked) && !living.has(nameOf(tracked.description));
    if (isLongGone(tracked, nowSeconds) && !isStanding) containers.delete(id);
    else tombstones.push(id);
  }
  // The order of a Map is that of insertion: the first was created first.
  for (const id of tombstones.slice(0, -MOST_TOMBSTONES)) containers.delete(id);
}

type Names = ReadonlySet<string | undefined>;

function namesOf(containers: readonly Tracked[]): Names {
  return new Set(containers.map(({ description }) => nameOf(description)));
}

export function isLongGone({ gone }: Tracked, nowSeconds: number): boolean {
  return gone !== undefined && isPast(gone.ourSeconds, nowSeconds);
}

/**
 * Went without anybody asking for it: the engine removed it by itself, after an end that nobody requested. What was
 * expected of it still is.
 */
export function wentByItself({ gone, lastExit, description }: Tracked): boolean {
  if (gone === undefined || description.isAutoRemoved === false) return false;
  return lastExit !== undefined && lastExit !== 'requested';
}

/** A clock that was put back makes nothing stay for longer. */
function isPast(seconds: number, nowSeconds: number): boolean {
  return Math.abs(nowSeconds - seconds) > TOMBSTONE_SECONDS;
}
