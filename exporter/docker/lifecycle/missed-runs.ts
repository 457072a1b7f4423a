import type { EngineContainer } from '../../model/engine-container.ts';

/** Of what inspect says, the part by which two looks at one container are compared. */
export interface RunState {
  readonly isAlive: boolean;
  /** Unix seconds of the last start; absent before the first. */
  readonly startedSeconds?: number;
  /** As the engine counts those by its policy, when it decides on one; back to 0 at a start by hand (trap 4). */
  readonly restarts: number;
  /** The last of them is decided on, but has not happened yet. */
  readonly isWaiting: boolean;
  /** It ended, and the policy may still restart it: Podman tells of none that waits. */
  readonly isUndecided?: boolean;
}

/** A container of which nothing has happened yet. */
export const NEVER_RUN: RunState = { isAlive: false, restarts: 0, isWaiting: false };

export function runStateOf({ facts, isUndecided }: EngineContainer): RunState {
  const { state, startedSeconds, engineRestarts = 0 } = facts;
  return {
    isAlive: state === 'running' || state === 'paused',
    ...(startedSeconds !== undefined && { startedSeconds }),
    restarts: engineRestarts,
    isWaiting: state === 'restarting',
    ...(isUndecided !== undefined && { isUndecided }),
  };
}

/**
 * How often the policy started it between two looks, at the least. What it has decided on is no start yet, and none will
 * come of it where somebody stops the container that waits for it: only events tell whether that is how it ended.
 */
export function restartsBetween(before: RunState, now: RunState, wasCancelled: boolean | undefined): number {
  if (wasCancelled === undefined) {
    return Math.min(restartsBetween(before, now, false), restartsBetween(before, now, true));
  }
  if (!wasStarted(before, now)) return 0;
  // Podman counts when it starts one.
  const isCancelled = wasCancelled && !now.isAlive && now.isUndecided !== true;
  const open = Number(now.isWaiting || isCancelled);
  const decided = wasStartedByHand(before, now, open) ? now.restarts : decidedByPolicy(before, now);
  return Math.max(0, decided - open);
}

/** How often it ended between two looks, at the least: each run but the present one has ended (R15). */
export function endsBetween(before: RunState, now: RunState): number {
  return Number(before.isAlive) + startsBetween(before, now) - Number(now.isAlive);
}

function startsBetween(before: RunState, now: RunState): number {
  if (!wasStarted(before, now)) return 0;
  const decided = wasStartedByHand(before, now, Number(now.isWaiting))
    ? now.restarts + 1
    : decidedByPolicy(before, now);
  // One that is ended may have been stopped while it waited for the last.
  return Math.max(1, decided - Number(!now.isAlive));
}

/**
 * Whether the policy alone cannot have made the one of the other: a start by hand began to count anew. What is open was
 * decided on, and is no start.
 */
function wasStartedByHand(before: RunState, now: RunState, open: number): boolean {
  if (!wasStarted(before, now)) return false;
  const isOver = !(before.isAlive || before.isWaiting || before.isUndecided);
  return isOver || decidedByPolicy(before, now) - open < 1;
}

function wasStarted(before: RunState, now: RunState): boolean {
  return now.startedSeconds !== before.startedSeconds;
}

function decidedByPolicy(before: RunState, now: RunState): number {
  return now.restarts - before.restarts + Number(before.isWaiting);
}
