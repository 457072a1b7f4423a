import { probes } from '../../exporter/collectors/probes.ts';
import { renderExposition } from '../../exporter/metrics/exposition.ts';
import type { ProbeResult } from '../../exporter/model/probe.ts';
import { parseExposition } from '../contract/exposition-parser.ts';

/** How a result of ours differs from what blackbox_exporter tells of the same target. Series as `name{label="value"}`. */
export interface Differences {
  /** Only blackbox_exporter tells these. */
  readonly missing: readonly string[];
  /** Only we do. */
  readonly added: readonly string[];
  /** Other values of what can be compared; of durations, that one is nothing and blackbox_exporter's is something. */
  readonly unequal: readonly string[];
}

export const NO_DIFFERENCES: Differences = { missing: [], added: [], unequal: [] };

/** Compares a result with the text of blackbox_exporter's `/probe`, as our own `/probe` would answer. */
export const compareWithBlackbox = (result: ProbeResult, text: string): Differences => {
  const ours = readSeries(renderResult(result));
  // A label without a value is the same as no label.
  const theirs = readSeries(text.replace(/(?<=[{,])\w+="",?/g, '').replaceAll(',}', '}'));
  return {
    missing: [...theirs.keys()].filter((series) => !ours.has(series)),
    added: [...ours.keys()].filter((series) => !theirs.has(series)),
    unequal: [...theirs].flatMap(([series, value]) => {
      const our = ours.get(series);
      return our === undefined || isAlike(series, our, value) ? [] : [`${series}: ${our}, not ${value}`];
    }),
  };
};

/** What a result is as text, its series without labels of their own. */
const renderResult = (result: ProbeResult): string =>
  [
    ...renderExposition({
      world: { hosts: [], probes: [{ seriesLabels: {}, result }] },
      collectors: [probes],
      format: 'text',
      nowMs: () => 0,
    }),
  ].join('');

const readSeries = (text: string): ReadonlyMap<string, number> =>
  new Map(
    parseExposition(text, 'text').flatMap(({ samples }) =>
      samples.map(({ name, labels, value }) => {
        const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
        return [`${name}{${pairs.toSorted().join(',')}}`, value] as const;
      }),
    ),
  );

/** Durations are never the same, but where blackbox_exporter took time so did we. */
const isAlike = (series: string, our: number, their: number): boolean =>
  /^probe_(?:\w+_)?(?:duration|lookup_time)_seconds/.test(series) ? our > 0 || their === 0 : our === their;
