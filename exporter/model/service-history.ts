/** What the runs of a probe came to over some time. */
export interface RunCounts {
  readonly runs: number;
  readonly goodRuns: number;
  /** Summed over the good runs; 0 where runs have no duration. */
  readonly goodSeconds: number;
}

/** What is remembered of one probe or heartbeat. */
export interface ServiceHistory {
  /** By the hour: with the hour that is not over yet. */
  readonly windows: Readonly<Record<HistoryWindow, RunCounts>>;
  /** Oldest first, the last one is today; UTC. */
  readonly days: readonly DayCounts[];
  /** What the last run came to, and since when all have. */
  readonly last: LastChange;
}

export interface DayCounts extends RunCounts {
  /** 2026-10-05 */
  readonly date: string;
}

export interface LastChange {
  readonly isUp: boolean;
  /** Unix seconds. */
  readonly sinceSeconds: number;
}

/** Hours of the windows that availability is told of. */
export const HISTORY_WINDOWS = { '24h': 24, '7d': 168, '30d': 720 } as const;
export type HistoryWindow = keyof typeof HISTORY_WINDOWS;
