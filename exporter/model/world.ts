import type { ContainerSnapshot, ContainerState } from './container.ts';
import type { Labels } from './labels.ts';
import type { Expectation, HostLifecycle } from './lifecycle.ts';
import type { ProbeSnapshot } from './probe.ts';
import type { SampleSource } from './sample.ts';

/** What one scrape sees, and nothing else: plain values, never changed after they are built. */
export interface World {
  readonly hosts: readonly HostSnapshot[];
  /** Where only some hosts are asked for, only of their containers (R36). */
  readonly probes?: readonly ProbeSnapshot[];
}

export const DOWN_REASONS = ['unreachable', 'timeout', 'denied', 'protocol', 'internal'] as const;
export type DownReason = (typeof DOWN_REASONS)[number];

export interface HostSnapshot {
  /** The configured name. */
  readonly host: string;
  /** { host }, the same object for the life of the host: rendered label text hangs on it. */
  readonly seriesLabels: Labels;
  /** Not ok without a reason: the first inventory is not complete yet. */
  readonly outcome: { readonly ok: true } | { readonly ok: false; readonly reason?: DownReason };
  /** Absent until the engine answered once; kept while it is down. */
  readonly engine?: EngineFacts;
  /** Unix seconds, by our clock: when its containers were looked at. */
  readonly readAtSeconds?: number;
  /** Engine's clock minus ours, 0 as long as the two may agree. */
  readonly clockSkewSeconds?: number;
  /** Every container of the engine, also those that filters leave out; absent while the engine is down. */
  readonly containerCounts?: Readonly<Record<ContainerState, number>>;
  /** In a stable order; names are unique. While the engine is down, those that the kernel's files still tell of. */
  readonly containers: readonly ContainerSnapshot[];
  /** Of how many containers each source told a sample in this scrape. */
  readonly sampleSources?: Readonly<Record<SampleSource, number>>;
  readonly events: EventStreamSnapshot;
  /** Absent between our start and the end of the first replay: what is counted would go back. */
  readonly lifecycle?: HostLifecycle;
  /** Absent while the engine is down: nobody knows. */
  readonly expectations?: readonly Expectation[];
}

/** From /version and /info. */
export interface EngineFacts {
  readonly version?: string;
  readonly apiVersion?: string;
  readonly os?: string;
  readonly kernel?: string;
  readonly architecture?: string;
  readonly cgroupVersion?: string;
  readonly cgroupDriver?: string;
  readonly storageDriver?: string;
  /** "active", "inactive" … */
  readonly swarm?: string;
  readonly cpus?: number;
  readonly memoryBytes?: number;
}

export interface EventStreamSnapshot {
  readonly up: boolean;
  /** Unix seconds, of the newest event. */
  readonly lastEventSeconds?: number;
  /** Absent between our start and the end of the first replay: what is counted would go back. */
  readonly totals?: EventTotals;
}

/** What came by the stream since the host is watched; outlives our own restarts. */
export interface EventTotals {
  /** Unix seconds, when counting began. */
  readonly sinceSeconds: number;
  readonly reconnects: number;
  readonly gaps: number;
  /** [type, action, count], the closed list with its zeros. */
  readonly counts: readonly (readonly [type: string, action: string, count: number])[];
}
