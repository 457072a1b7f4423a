import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoundFamily } from '../../exporter/metrics/family.ts';
import type { ExpositionFormat } from '../../exporter/metrics/format.ts';
import type { Labels } from '../../exporter/model/labels.ts';
import { collectorOf, familyOf, render } from '../unit/metrics/families.ts';
import { type ParsedFamily, parseExposition } from './exposition-parser.ts';

/** Any text at all: halves of surrogate pairs, control characters, what must be escaped, nothing. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('\\', '"', '\n', 'n', ',', '}', ' ', '#', '\uD800', '\uDC00', '\r'),
    maxLength: 8,
  }),
);
const anyValue = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, -0, 1e21, 1e-7, 5e-324));
const help = fc.string({ unit: 'binary', maxLength: 30 });

/** What the reader must get of one subject: its own label, and one the reading adds. */
interface Drawn {
  readonly type: 'counter' | 'gauge' | 'info';
  readonly help: string;
  /** Of a counter only. */
  readonly createdSeconds: number | undefined;
  readonly series: readonly (readonly [host: string, state: string, value: number])[];
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  type: fc.constantFrom('counter', 'gauge', 'info'),
  help,
  createdSeconds: fc.option(fc.double({ min: 1, max: 4e9, noNaN: true }), { nil: undefined }),
  series: fc.uniqueArray(fc.tuple(anyText, anyText, anyValue), {
    selector: ([host, state]) => JSON.stringify([wellFormed(host), wellFormed(state)]),
    maxLength: 6,
  }),
});

function familyFrom({ type, help, createdSeconds, series }: Drawn, index: number): BoundFamily {
  const name = { counter: `docker_x${index}_total`, gauge: `docker_x${index}`, info: `docker_x${index}_info` }[type];
  const valid = (value: number) => (type === 'info' ? 1 : type === 'counter' ? Math.abs(value) : value);
  return familyOf<readonly [Labels, number]>(
    {
      name,
      type,
      help,
      labels: ['state'],
      read: (reading) => [reading],
      ...(type === 'counter' && { createdSeconds: () => createdSeconds }),
    },
    series.map(([host, state, value]) => [{ host }, [{ state }, valid(value)]]),
  );
}

/** The samples that a reader must get: label values well-formed, empty ones and odd values left out. */
function expected(families: readonly BoundFamily[], format: ExpositionFormat): readonly unknown[] {
  return families.flatMap(({ name, help, scope, read, createdSeconds }) => {
    const samples = scope.subjects({ hosts: [] }).flatMap(([own, subject]) => {
      const reading = read(subject);
      if (typeof reading !== 'object') return [];
      const since = format === 'openmetrics' ? createdSeconds?.(subject) : undefined;
      return reading.flatMap(([added, value]) => {
        if (!Number.isFinite(value)) return [];
        const labels = present({ ...own, ...added });
        const created = { name: name.replace('_total', '_created'), labels, value: since };
        return [{ name, labels, value: value + 0 }, ...(since === undefined ? [] : [created])];
      });
    });
    return samples.length === 0 ? [] : [{ help, samples }];
  });
}

const present = (labels: Labels) =>
  Object.fromEntries(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, wellFormed(value)]),
  );
/** As any encoder to UTF-8 does it. */
const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');
const seen = (families: readonly ParsedFamily[]) => families.map(({ help, samples }) => ({ help, samples }));

describe.each(['text', 'openmetrics'] as const)('%s', (format) => {
  it('is read back by a strict parser as it was said, whatever the labels, values and help', () => {
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 4 }), (drawnFamilies) => {
        const families = drawnFamilies.map(familyFrom);
        const { text } = render({ collectors: [collectorOf(...families)], format });
        expect(seen(parseExposition(text, format))).toEqual(expected(families, format));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the strict parser', () => {
  const head = '# TYPE a gauge\n# HELP a A.\n';
  const counter = '# TYPE a counter\n# HELP a A.\n';
  it.each([
    ['no end', `${head}a 1\n`],
    ['something after the end', `${head}a 1\n# EOF\n\n`],
    ['a family twice', `${head}a 1\n${head}a{b="c"} 1\n# EOF\n`],
    ['families in each other', `${head}a 1\n# TYPE b gauge\n# HELP b B.\nb 1\na{b="c"} 1\n# EOF\n`],
    ['a series twice', `${head}a{b="1",c="2"} 1\na{c="2",b="1"} 1\n# EOF\n`],
    ['a sample without a head', 'a 1\n# EOF\n'],
    ['a head without a sample', `${head}# EOF\n`],
    ['a bad name', `# TYPE a-b gauge\n# HELP a-b A.\na-b 1\n# EOF\n`],
    ['a bad label name', `${head}a{b-c="1"} 1\n# EOF\n`],
    ['a label twice', `${head}a{b="1",b="2"} 1\n# EOF\n`],
    ['an empty label', `${head}a{b=""} 1\n# EOF\n`],
    ['a comma after the last label', `${head}a{b="1",} 1\n# EOF\n`],
    ['an unknown escape', `${head}a{b="\\t"} 1\n# EOF\n`],
    ['a bare quote in a label', `${head}a{b="1"2"} 1\n# EOF\n`],
    ['a bare quote in the help', '# TYPE a gauge\n# HELP a "A".\na 1\n# EOF\n'],
    ['NaN', `${head}a NaN\n# EOF\n`],
    ['a timestamp', `${head}a 1 1700000000\n# EOF\n`],
    ['an empty line', `${head}a 1\n\n# EOF\n`],
    ['half of a surrogate pair', `${head}a{b="\uD800"} 1\n# EOF\n`],
    ['a counter without _total', `${counter}a 1\n# EOF\n`],
    ['a counter below 0', `${counter}a_total -1\n# EOF\n`],
    ['since when a counter counts, without what it counted', `${counter}a_created 1700000000\n# EOF\n`],
    ['since when another series counts', `${counter}a_total{b="1"} 1\na_created{b="2"} 1700000000\n# EOF\n`],
    [
      'since when a series counts, after another series',
      `${counter}a_total{b="1"} 1\na_total{b="2"} 1\na_created{b="1"} 1700000000\n# EOF\n`,
    ],
    ['a counter that counts since no time', `${counter}a_total 1\na_created 0\n# EOF\n`],
    ['a gauge that counts since a time', `${head}a 1\na_created 1700000000\n# EOF\n`],
    ['an info other than 1', '# TYPE a info\n# HELP a A.\na_info 2\n# EOF\n'],
    [
      "a name that another's samples have",
      `# TYPE a info\n# HELP a A.\na_info 1\n# TYPE a_info gauge\n# HELP a_info A.\na_info{b="c"} 1\n# EOF\n`,
    ],
    ['a unit that the name lacks', '# TYPE a gauge\n# UNIT a seconds\n# HELP a A.\na 1\n# EOF\n'],
    [
      'buckets out of order',
      '# TYPE a histogram\n# HELP a A.\na_bucket{le="2"} 1\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n',
    ],
    ['a histogram without +Inf', '# TYPE a histogram\n# HELP a A.\na_bucket{le="2"} 1\na_sum 1\na_count 1\n# EOF\n'],
    [
      'a histogram that is not cumulative',
      '# TYPE a histogram\n# HELP a A.\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n',
    ],
  ])('refuses %s', (_fault, text) => {
    expect(() => parseExposition(`${head.replaceAll(/ a/g, ' good')}good 1\n# EOF\n`, 'openmetrics')).not.toThrow();
    expect(() => parseExposition(text, 'openmetrics')).toThrow();
  });

  it('takes since when a counter counts right after what it counted', () => {
    const text = `${counter}a_total{b="1"} 1\na_created{b="1"} 1700000000.5\na_total{b="2"} 1\n# EOF\n`;
    expect(() => parseExposition(text, 'openmetrics')).not.toThrow();
  });

  it('refuses since when a counter counts in text 0.0.4, which does not know it', () => {
    const text = '# HELP a_total A.\n# TYPE a_total counter\na_total 1\na_created 1700000000\n';
    expect(() => parseExposition(text, 'text')).toThrow('a_created among the samples');
  });

  it('refuses the types that text 0.0.4 does not know (R25)', () => {
    expect(() => parseExposition('# HELP a A.\n# TYPE a info\na 1\n', 'text')).toThrow('not a family');
  });
});
