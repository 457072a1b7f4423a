import type { Exporter, ScrapeOptions } from '../bed/exporter.ts';
import { checkOpenMetrics, checkText } from '../bed/exposition-checks.ts';
import { waitFor } from '../bed/wait-for.ts';
import { type ParsedSample, parseExposition } from '../contract/exposition-parser.ts';

export type Labels = Readonly<Record<string, string>>;

/** What one scrape said. */
export interface Reading {
  readonly status: number;
  readonly durationMs: number;
  readonly text: string;
  readonly samples: readonly ParsedSample[];
  /** The samples of that name whose labels have these values. */
  readonly all: (name: string, labels?: Labels) => readonly ParsedSample[];
  /** The value of the only such sample; undefined when there is none. */
  readonly value: (name: string, labels?: Labels) => number | undefined;
  /** The value that a label has in those samples whose value is 1. */
  readonly which: (label: string, name: string, labels?: Labels) => string | undefined;
}

/** Scrapes one exporter in both formats by turns, and finds duplicates at once. */
export interface Scrapes {
  readonly read: (options?: ScrapeOptions) => Promise<Reading>;
  /** The first that is as it should be; throws when none is in time. */
  readonly until: (
    what: string,
    isSo: (reading: Reading) => boolean,
    options?: { readonly timeoutMs?: number },
  ) => Promise<Reading>;
  /** What the foreign parsers have against all that was read since the last time; nothing when it is valid. */
  readonly faults: () => Promise<string>;
}

export const createScrapes = (exporter: Pick<Exporter, 'scrape'>): Scrapes => {
  const seen = { text: [] as string[], openmetrics: [] as string[] };
  let turns = 0;
  const read: Scrapes['read'] = async (options = {}) => {
    const format = options.format ?? (turns++ % 2 === 0 ? 'text' : 'openmetrics');
    const { status, text, durationMs } = await exporter.scrape({ ...options, format });
    seen[format].push(text);
    return { ...createReading(text, format), status, durationMs };
  };
  return {
    read,
    until: (what, isSo, options) =>
      waitFor(
        what,
        async () => {
          const reading = await read();
          return isSo(reading) && reading;
        },
        options,
      ),
    faults: async () => {
      const found: string[] = [];
      for (const text of seen.text.splice(0)) found.push(await checkText(text, '3'), await checkText(text, '2'));
      for (const text of seen.openmetrics.splice(0)) found.push(await checkOpenMetrics(text));
      return [...new Set(found)].join('');
    },
  };
};

export const createReading = (text: string, format: 'text' | 'openmetrics') => {
  const samples = parseExposition(text, format).flatMap((family) => family.samples);
  const all: Reading['all'] = (name, labels = {}) =>
    samples.filter(
      (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
  const value: Reading['value'] = (name, labels) => {
    const [first, second] = all(name, labels);
    if (second !== undefined) throw new Error(`more than one ${name} ${JSON.stringify(labels)}`);
    return first?.value;
  };
  const which: Reading['which'] = (label, name, labels) =>
    all(name, labels).find((sample) => sample.value === 1)?.labels[label];
  return { text, samples, all, value, which };
};
