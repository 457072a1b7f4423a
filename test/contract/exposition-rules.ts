import type { ExpositionFormat } from '../../exporter/metrics/format.ts';
import type { ParsedFamily, ParsedSample } from './exposition-parser.ts';

/** What must be true of families that were read: of their names together, of each series, of the values. */
export function checkFamilies(families: readonly ParsedFamily[], format: ExpositionFormat): void {
  checkClaims(families, format);
  checkSeries(families);
  for (const family of families) {
    checkSuffixes(family, format);
    checkUnit(family);
    checkValues(family);
    if (family.type === 'histogram') checkHistograms(family);
    if (family.type === 'counter') checkCreated(family);
  }
}

/** The same for the same series, in whatever order its labels come. */
export function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

const HISTOGRAM_PARTS = ['_bucket', '_sum', '_count'];

function suffixesOf(type: string, format: ExpositionFormat): readonly string[] {
  if (type === 'histogram') return HISTOGRAM_PARTS;
  if (format === 'text' || type === 'gauge') return [''];
  return type === 'counter' ? ['_total', '_created'] : ['_info'];
}

/** A family comes once, and none may be called as another's samples are. */
function checkClaims(families: readonly ParsedFamily[], format: ExpositionFormat): void {
  const claimed = new Set<string>();
  for (const { name, type } of families) {
    for (const claim of new Set([name, ...suffixesOf(type, format).map((suffix) => name + suffix)])) {
      if (claimed.has(claim)) throw new Error(`two families claim ${claim}`);
      claimed.add(claim);
    }
  }
}

function checkSeries(families: readonly ParsedFamily[]): void {
  const seen = new Set<string>();
  for (const { name, labels } of families.flatMap((family) => family.samples)) {
    const series = seriesKey(name, labels);
    if (seen.has(series)) throw new Error(`a series twice: ${series}`);
    seen.add(series);
  }
}

function checkSuffixes({ name, type, samples }: ParsedFamily, format: ExpositionFormat): void {
  const allowed = suffixesOf(type, format).map((suffix) => name + suffix);
  const stray = samples.find((sample) => !allowed.includes(sample.name));
  if (stray !== undefined) throw new Error(`${stray.name} among the samples of the ${type} ${name}`);
}

function checkUnit({ name, type, unit }: ParsedFamily): void {
  if (unit === undefined) return;
  if (!name.endsWith(`_${unit}`)) throw new Error(`${name} does not end in its unit ${unit}`);
  if (type === 'info') throw new Error(`the info ${name} has a unit`);
}

function checkValues({ name, type, samples }: ParsedFamily): void {
  for (const { value } of samples) {
    if (!Number.isFinite(value)) throw new Error(`${name} has no finite value`);
    if (type === 'counter' && value < 0) throw new Error(`${name} counts below 0`);
    if (type === 'info' && value !== 1) throw new Error(`the info ${name} is ${value}`);
  }
}

/** Since when a counter counts stands right after what it has counted. */
function checkCreated({ name, samples }: ParsedFamily): void {
  for (const [index, { name: sampleName, labels, value }] of samples.entries()) {
    if (sampleName !== `${name}_created`) continue;
    const before = samples[index - 1];
    if (before === undefined || seriesKey(before.name, before.labels) !== seriesKey(`${name}_total`, labels)) {
      throw new Error(`${sampleName} does not follow the total of its series`);
    }
    if (value <= 0) throw new Error(`${sampleName} is no Unix time`);
  }
}

/** Each histogram in one piece: its buckets upwards, then sum and count. */
function checkHistograms({ name, samples }: ParsedFamily): void {
  const pieces: ParsedSample[][] = [[]];
  for (const sample of samples) {
    pieces.at(-1)?.push(sample);
    if (sample.name === `${name}_count`) pieces.push([]);
  }
  if (pieces.pop()?.length !== 0) throw new Error(`${name} ends without a count`);
  for (const piece of pieces) checkHistogram(name, piece);
}

function checkHistogram(name: string, piece: readonly ParsedSample[]): void {
  const buckets = piece.slice(0, -2);
  const parts = piece.map((sample) => sample.name.slice(name.length));
  if (parts.join() !== [...buckets.map(() => '_bucket'), '_sum', '_count'].join()) {
    throw new Error(`${name} has the parts ${parts.join()}`);
  }
  if (new Set(piece.map(({ labels }) => seriesKey(name, { ...labels, le: '' }))).size !== 1) {
    throw new Error(`${name} mixes two histograms`);
  }
  const bounds = buckets.map(({ labels }) => (labels['le'] === '+Inf' ? Infinity : Number(labels['le'] ?? Number.NaN)));
  const counts = buckets.map(({ value }) => value);
  if (!isAscending(bounds, (a, b) => a < b)) throw new Error(`${name} has buckets out of order`);
  if (!isAscending(counts, (a, b) => a <= b)) throw new Error(`${name} is not cumulative`);
  if (bounds.at(-1) !== Infinity) throw new Error(`${name} has no bucket +Inf`);
  if (counts.at(-1) !== piece.at(-1)?.value) throw new Error(`${name} has a count other than its last bucket`);
}

function isAscending(values: readonly number[], inOrder: (a: number, b: number) => boolean): boolean {
  return values.every((value, index) => index === 0 || inOrder(values[index - 1] ?? Number.NaN, value));
}
