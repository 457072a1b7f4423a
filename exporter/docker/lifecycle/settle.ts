import type { ExitReason } from '../../model/lifecycle.ts';
import { classifyExit, type Exit } from './exit-reason.ts';
import type { LifecycleState } from './lifecycle.ts';
import type { PendingExit, Tracked } from './tracked.ts';

/** Gives each end that is due its reason, and counts it; true when there was one. */
export function settleDue(
  state: LifecycleState,
  tracked: Tracked,
  nowMs: number,
  onSettled?: (exit: PendingExit, reason: ExitReason) => void,
): boolean {
  const { pending } = tracked;
  if (pending.length === 0) return false;
  const later = pending.findIndex(({ dueAtMs }) => dueAtMs > nowMs);
  const due = pending.splice(0, later < 0 ? pending.length : later);
  for (const exit of due) {
    const reason = reasonOf(tracked, { ...exit.run, ...exit });
    if (exit.isCounted) countExits(state, { reason, name: exit.name, times: 1 });
    if (!exit.isOver) tracked.lastExit = reason;
    onSettled?.(exit, reason);
  }
  return due.length > 0;
}

export function reasonOf({ description }: Tracked, exit: Omit<Exit, 'stopSignal' | 'stopTimeoutSeconds'>): ExitReason {
  const { stopSignal, stopTimeoutSeconds } = description;
  return classifyExit({
    ...exit,
    ...(stopSignal !== undefined && { stopSignal }),
    ...(stopTimeoutSeconds !== undefined && { stopTimeoutSeconds }),
  });
}

interface CountedExits {
  readonly reason: ExitReason;
  readonly name: PendingExit['name'] | undefined;
  readonly times: number;
}

export function countExits({ exits, tallies }: LifecycleState, { reason, name, times }: CountedExits): void {
  exits[reason] += times;
  const tally = name === undefined ? undefined : tallies.get(name);
  if (tally !== undefined) tally.exits[reason] += times;
}
