import { expect } from 'vitest';
import { probes } from '../../exporter/collectors/probes.ts';
import type { ProbeResult } from '../../exporter/model/probe.ts';
import { parseExposition } from '../contract/exposition-parser.ts';
import { render } from '../unit/metrics/families.ts';

/** Values by `name{label="value",…}`, the labels in the order of their names. */
export type Samples = ReadonlyMap<string, number>;

/** What a scrape of a probe on demand holds. */
export const samplesOf = (result: ProbeResult): Samples => {
  const world = { hosts: [], probes: [{ seriesLabels: {}, result }] };
  const { text } = render({ world, collectors: [probes] });
  const families = parseExposition(text, 'text').filter(({ name }) => name.startsWith('probe_'));
  const samples = families.flatMap((family) => family.samples);
  return new Map(samples.map(({ name, labels, value }) => [keyOf(name, Object.entries(labels)), value]));
};

/** Of the text that blackbox_exporter answers. */
export const samplesIn = (text: string): Samples => {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
        ([, key = '', text = '']) => [key, text] as const,
      );
      return [keyOf(name, pairs), Number(value)];
    }),
  );
};

const keyOf = (name: string, labels: readonly (readonly [string, string])[]) => {
  const pairs = labels.map(([key, value]) => `${key}="${value}"`).toSorted();
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
};

/** Libraries prefer different ones: both have to be one. */
const CIPHER = /^(probe_tls_cipher_info\{cipher=")TLS_[A-Z0-9_]+("\})$/;
/** What took how long differs; whether it took any time does not. */
const TIMES = /^probe_(http_duration_seconds|duration_seconds|dns_lookup_time_seconds)/;

const comparable = (samples: Samples, except: readonly string[]) =>
  Object.fromEntries(
    [...samples]
      .filter(([key]) => !except.some((name) => key === name || key.startsWith(`${name}{`)))
      .map(([key, value]) => [key.replace(CIPHER, '$1any$2'), TIMES.test(key) ? value > 0 : value] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

/** The same names, labels and values, but for the named ones. */
export const expectSame = (ours: Samples, theirs: Samples, except: readonly string[] = []): void => {
  expect(comparable(ours, except)).toEqual(comparable(theirs, except));
};
