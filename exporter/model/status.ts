import type { HistoryWindow } from './service-history.ts';

/** What the status page tells. Everybody may see it: names and states, no targets and no reasons. */
export interface StatusReport {
  readonly title: string;
  /** Unix seconds. */
  readonly atSeconds: number;
  readonly state: OverallState;
  /** Services that are up, down and not known. */
  readonly counts: Readonly<Record<ServiceState, number>>;
  readonly groups: readonly StatusGroup[];
  /** Services that are counted but not in a group: there are too many. */
  readonly omitted: number;
}

export interface StatusGroup {
  readonly name: string;
  readonly services: readonly ServiceStatus[];
}

export interface ServiceStatus {
  /** A probe's name; of one on a container host/container/name. */
  readonly id: string;
  /** What people call it: unlike all others of its group. */
  readonly name: string;
  readonly state: ServiceState;
  /** Unix seconds; absent while the state is not known. */
  readonly sinceSeconds?: number;
  readonly windows: Readonly<Record<HistoryWindow, WindowStatus>>;
  /** Oldest first, the last one is today; empty when nothing is remembered. */
  readonly days: readonly DayStatus[];
}

export type ServiceState = 'up' | 'down' | 'unknown';
/** `degraded`: some are down. */
export type OverallState = ServiceState | 'degraded';

export interface WindowStatus {
  /** Good runs of all; absent without runs. */
  readonly availabilityRatio?: number;
  /** Mean of the good runs; absent without any, and for heartbeats. */
  readonly responseSeconds?: number;
}

export interface DayStatus {
  /** 2026-10-05, UTC */
  readonly date: string;
  readonly availabilityRatio?: number;
}
