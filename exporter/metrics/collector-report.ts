import type { FamilyHead } from './format.ts';
import type { SelfFamily } from './self-family.ts';

/** How one collector did in one rendering. */
export interface CollectorReport {
  readonly collector: string;
  /** Without the pauses that the caller made. */
  readonly durationSeconds: number;
  /** Present when the collector threw: nothing of it is in this text. */
  readonly error?: Error;
}

export const COLLECTOR_SUCCESS = {
  name: 'harborlight_collector_success',
  type: 'gauge',
  help: 'Whether the collector worked in this scrape; one that did not is left out whole.',
} as const satisfies FamilyHead;

export const COLLECTOR_DURATION = {
  name: 'harborlight_collector_duration_seconds',
  type: 'gauge',
  unit: 'seconds',
  help: "What turning the engines' answers into text took the collector in this scrape.",
} as const satisfies FamilyHead;

/** The reports as families: of this very rendering, so no state is kept that could be another's. */
export function reportFamilies(reports: readonly CollectorReport[]): readonly SelfFamily[] {
  const samples = (name: string, value: (report: CollectorReport) => number) =>
    reports.map((report) => ({ name, labels: { collector: report.collector }, value: value(report) }));
  return [
    { ...COLLECTOR_SUCCESS, samples: samples(COLLECTOR_SUCCESS.name, ({ error }) => (error === undefined ? 1 : 0)) },
    { ...COLLECTOR_DURATION, samples: samples(COLLECTOR_DURATION.name, ({ durationSeconds }) => durationSeconds) },
  ];
}
