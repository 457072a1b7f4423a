import type { Labels } from './labels.ts';

/** Why a container ended; a closed list, each of which is counted. */
export const EXIT_REASONS = ['requested', 'success', 'error', 'signal', 'oom', 'unknown'] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];
export type ExitCounts = Readonly<Record<ExitReason, number>>;

/** What happened on a host since it is watched; outlives our own restarts. */
export interface HostLifecycle {
  /** Unix seconds, when counting began. */
  readonly sinceSeconds: number;
  /** Of all containers, also of those that filters leave out and those that came and went between two scrapes. */
  readonly exits: ExitCounts;
  /** One of each name, also while the engine is down and for some minutes after its last container is gone. */
  readonly containers: readonly ContainerLifecycle[];
}

/** What happened to the containers of one name: a recreated one goes on where the last one ended (R16). */
export interface ContainerLifecycle {
  /** The same object as of the living container's identity. */
  readonly seriesLabels: Labels;
  /** Unix seconds, when counting began. */
  readonly sinceSeconds: number;
  readonly exits: ExitCounts;
  /** Starts by the engine's restart policy: not those that it decided on, and that somebody prevented. */
  readonly restarts: number;
  readonly oomEvents: number;
  /** Why it is ended now; absent while it is not, while nobody knows it, and until the reason is settled. */
  readonly lastExit?: ExitReason;
  /** Whether an on-failure policy has used up its restarts; absent for policies without a limit. */
  readonly hasGivenUp?: boolean;
}

/** A container that somebody said should run. */
export interface Expectation {
  readonly seriesLabels: Labels;
  readonly isMissing: boolean;
}
