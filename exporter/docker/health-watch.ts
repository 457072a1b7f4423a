import type { ContainerHealth, HealthStatus } from '../model/container.ts';
import type { EngineContainer } from '../model/engine-container.ts';
import type { HealthTransition } from '../model/health-transition.ts';

/** Tells once of each container that becomes healthy or unhealthy. */
export interface HealthWatch {
  /** An answer of inspect that is not out of date. */
  readonly look: (container: EngineContainer) => void;
  readonly forget: (id: string) => void;
}

export type WatchedHealth = Omit<HealthTransition, 'runtime'>;

export interface HealthWatchOptions {
  /**
   * Nanoseconds since 1970. Of a container that is looked at for the first time nobody knows what was told before; of
   * what happened since then somebody has to tell, and if it is told twice it has the same check.
   */
  readonly untoldSinceNano: bigint;
  readonly onTransition: (transition: WatchedHealth) => void;
}

interface Known {
  readonly status: HealthStatus;
  readonly startedSeconds: number | undefined;
  /** Of the check that was told last, or need not be. */
  readonly startNano: bigint;
}

/** One engine keeps no more than this; what an engine sends beyond is no engine's doing. */
const MOST_CONTAINERS = 10_000;

export function createHealthWatch({ untoldSinceNano, onTransition }: HealthWatchOptions): HealthWatch {
  const known = new Map<string, Known>();
  return {
    look: (container) => {
      const { id, description, facts } = container;
      const { health, startedSeconds } = facts;
      if (health === undefined || (known.size >= MOST_CONTAINERS && !known.has(id))) return;
      const before = known.get(id);
      const now = learn(health, { before, startedSeconds });
      if (now !== undefined) known.set(id, now);
      if (now === undefined || health.verdict === undefined || !isNews(health, before, untoldSinceNano)) return;
      const previous = before && previousOf(before, now);
      onTransition({
        containerId: id,
        description,
        status: health.status,
        ...(previous !== undefined && { previous }),
        failingStreak: health.failingStreak,
        check: health.verdict.check,
      });
    },
    forget: (id) => void known.delete(id),
  };
}

interface Seen {
  readonly before: Known | undefined;
  readonly startedSeconds: number | undefined;
}

/** Unhealthy without a check that says so is no state of the container's; starting is. */
function learn({ status, verdict }: ContainerHealth, { before, startedSeconds }: Seen): Known | undefined {
  if (verdict === undefined && status !== 'starting') return undefined;
  const told = before?.startNano ?? 0n;
  return { status, startedSeconds, startNano: verdict?.isFirst === true ? BigInt(verdict.check.startNano) : told };
}

/** It may have gone to and fro between two looks: then the status is the same, and the check is another. */
function isNews({ status, verdict }: ContainerHealth, before: Known | undefined, untoldSinceNano: bigint): boolean {
  if (verdict === undefined) return false;
  const { check, isFirst } = verdict;
  if (before === undefined) return isFirst && BigInt(check.endNano) >= untoldSinceNano;
  return isFirst ? BigInt(check.startNano) > before.startNano : status !== before.status;
}

/** A start begins anew, whether anybody saw it. */
function previousOf(before: Known, now: Pick<Known, 'status' | 'startedSeconds'>): HealthStatus | undefined {
  if (before.startedSeconds !== now.startedSeconds) return 'starting';
  if (before.status !== now.status) return before.status;
  return now.status === 'healthy' ? 'unhealthy' : 'healthy';
}
