import type { LastChange, RunCounts } from '../../model/service-history.ts';

/** One day, UTC, of all services. */
export interface Day {
  /** Days since 1970. */
  readonly number: number;
  readonly services: Map<string, ServiceDay>;
}

export interface ServiceDay {
  /** Of each hour: runs, good runs, seconds of the good ones. Floats are half as large, and exact for a million runs. */
  readonly hours: Float32Array;
  /** Of all hours, once the day is over and somebody asked. */
  total?: RunCounts;
  /** As of the end of the day. */
  last: LastChange;
}

/** What one run of a probe came to; a heartbeat has no duration. */
export interface RecordedRun {
  readonly success: boolean;
  readonly durationSeconds?: number;
}

const HOURS = 24;
const COLUMNS = 3;
const DAY_SECONDS = 86_400;

export function newDay(number: number): Day {
  return { number, services: new Map() };
}

export function newHours(): Float32Array {
  return new Float32Array(HOURS * COLUMNS);
}

export function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY_SECONDS);
}

/** 2026-10-05 */
export function dateOf(day: number): string {
  return new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);
}

/** Undefined for what is no date. */
export function dayOfDate(date: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : Number.NaN;
  return Number.isNaN(ms) ? undefined : dayOf(ms / 1000);
}

/** Counts a run at this time, which lies in the hours' day. */
export function addRun(hours: Float32Array, seconds: number, { success, durationSeconds = 0 }: RecordedRun): void {
  const at = Math.floor((seconds % DAY_SECONDS) / 3600) * COLUMNS;
  const add = (column: number, amount: number) => {
    hours[at + column] = (hours[at + column] ?? 0) + amount;
  };
  add(0, 1);
  if (!success) return;
  add(1, 1);
  add(2, durationSeconds);
}

/** Of the hours from one to before another of the day. */
export function countHours(hours: Float32Array, from = 0, to = HOURS): RunCounts {
  let runs = 0;
  let goodRuns = 0;
  let goodSeconds = 0;
  for (let at = from * COLUMNS; at < to * COLUMNS; at += COLUMNS) {
    runs += hours[at] ?? 0;
    goodRuns += hours[at + 1] ?? 0;
    goodSeconds += hours[at + 2] ?? 0;
  }
  return { runs, goodRuns, goodSeconds };
}
