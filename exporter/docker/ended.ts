import type { ContainerSnapshot } from '../model/container.ts';
import type { LifecycleState } from './lifecycle/lifecycle.ts';
import type { Tracked } from './lifecycle/tracked.ts';

/**
 * Without those whose end is counted while the engine has not said yet what became of them: events tell of an end within
 * milliseconds, and an inspect may take longer than the half second after which it is counted. No answer may say both
 * that a container ended and that it runs.
 */
export function withoutEnded(
  containers: readonly ContainerSnapshot[],
  { containers: known }: Pick<LifecycleState, 'containers'>,
): readonly ContainerSnapshot[] {
  return containers.filter((container) => !hasEnded(container, known.get(container.identity.id)));
}

function hasEnded({ facts }: ContainerSnapshot, tracked: Tracked | undefined): boolean {
  const isShownAlive = facts?.state === 'running' || facts?.state === 'paused';
  if (!isShownAlive || tracked?.isEnded !== true || tracked.pending.length > 0) return false;
  // Of another start, inspect is ahead of the events that are still to be told.
  return tracked.seen?.startedSeconds === facts.startedSeconds;
}
