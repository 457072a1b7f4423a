import type { EngineContainer } from '../../model/engine-container.ts';
import type { LifecycleState } from './lifecycle.ts';
import { nameOf, type Tracked } from './tracked.ts';

/** For so long what is gone is still told of (R16). */
const TOMBSTONE_SECONDS = 300;
/** A host of short jobs has a new name every second (R37). */
const MOST_TOMBSTONES = 500;

export interface ForgetOptions {
  /** Unix seconds. */
  readonly nowSeconds: number;
  /** Whether somebody says that it should run: as long as it does not, what went by itself stands for it. */
  readonly isExpected: (container: Pick<EngineContainer, 'id' | 'description'>) => boolean;
}

/** Forgets the containers that are long gone, and the counters of names that no container has had for as long. */
export function forgetGone(state: LifecycleState, options: ForgetOptions): void {
  const { nowSeconds } = options;
  const living = namesOf([...state.containers.values()].filter(({ gone }) => gone === undefined));
  forgetContainers(state, living, options);
  const named = namesOf([...state.containers.values()]);
  const unused: string[] = [];
  for (const [name, tally] of state.tallies) {
    if (living.has(name)) tally.usedSeconds = nowSeconds;
    else if (named.has(name)) continue;
    else if (isPast(tally.usedSeconds, nowSeconds)) state.tallies.delete(name);
    else unused.push(name);
  }
  for (const name of unused.slice(0, -MOST_TOMBSTONES)) state.tallies.delete(name);
}

function forgetContainers({ containers, tallies }: LifecycleState, living: Names, options: ForgetOptions): void {
  const { nowSeconds, isExpected } = options;
  const isStanding = ([id, tracked]: Entry) => {
    const { description } = tracked;
    return wentByItself(tracked) && !living.has(nameOf(description)) && isExpected({ id, description });
  };
  const tombstones = [...containers].filter(([, { gone, pending }]) => gone !== undefined && pending.length === 0);
  const standing = tombstones.filter(isStanding);
  const passing = tombstones.filter((entry) => !isStanding(entry));
  for (const [id, tracked] of passing) if (isLongGone(tracked, nowSeconds)) containers.delete(id);
  const passed = passing.filter(([id]) => containers.has(id));
  // The order of a Map is that of insertion: the first was created first.
  const tooMany = [...passed.slice(0, -MOST_TOMBSTONES), ...standing.slice(0, -MOST_TOMBSTONES)];
  for (const [id, { description }] of tooMany) {
    containers.delete(id);
    // Without its container, nobody knows whether it was old enough to be shown.
    const name = nameOf(description);
    if (name !== undefined && tallies.get(name)?.id === id) tallies.delete(name);
  }
}

type Entry = readonly [id: string, tracked: Tracked];
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
  // Of one that inspect never told of, it is not known.
  if (gone === undefined || description.isAutoRemoved !== true) return false;
  return lastExit !== undefined && lastExit !== 'requested';
}

/** A clock that was put back makes nothing stay for longer. */
function isPast(seconds: number, nowSeconds: number): boolean {
  return Math.abs(nowSeconds - seconds) > TOMBSTONE_SECONDS;
}
