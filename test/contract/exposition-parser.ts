import type { ExpositionFormat } from '../../exporter/metrics/format.ts';
import { checkFamilies } from './exposition-rules.ts';

/** One family as a reader gets it: escapes undone, its name and suffixes as the format has them. */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly unit?: string;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A parser without mercy for what the exporter writes of text 0.0.4 and of OpenMetrics 1.0: what a format allows and
 * the exporter never writes (comments, timestamps, exemplars, NaN) is a fault too.
 */
export function parseExposition(text: string, format: ExpositionFormat): readonly ParsedFamily[] {
  // In a pattern with the u flag \p{Cs} matches a surrogate only where its other half is missing.
  if (/\p{Cs}/u.test(text)) throw new Error('half of a surrogate pair: not UTF-8');
  const body = withoutEnd(text, format);
  const families: ParsedFamily[] = [];
  const pattern = new RegExp(FAMILY[format], 'y');
  while (pattern.lastIndex < body.length) {
    const from = pattern.lastIndex;
    const groups = pattern.exec(body)?.groups;
    if (groups === undefined) throw new Error(`not a family: ${body.slice(from, from + 200)}`);
    families.push(parseFamily(groups, format));
  }
  checkFamilies(families, format);
  return families;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE_LINES = '(?<samples>(?:[^#\\n][^\\n]*\\n)+)';
const FAMILY: Readonly<Record<ExpositionFormat, string>> = {
  text: `# HELP (?<name>${NAME}) (?<help>[^\\n]*)\\n# TYPE \\k<name> (?<type>counter|gauge|histogram)\\n${SAMPLE_LINES}`,
  openmetrics:
    `# TYPE (?<name>${NAME}) (?<type>counter|gauge|info|histogram)\\n(?:# UNIT \\k<name> (?<unit>[a-z]+)\\n)?` +
    `# HELP \\k<name> (?<help>(?:[^"\\\\\\n]|\\\\.)*)\\n${SAMPLE_LINES}`,
};

function withoutEnd(text: string, format: ExpositionFormat): string {
  if (format === 'text') return text;
  if (!text.endsWith('# EOF\n')) throw new Error('no # EOF at the end');
  return text.slice(0, -'# EOF\n'.length);
}

function parseFamily(groups: Readonly<Record<string, string | undefined>>, format: ExpositionFormat): ParsedFamily {
  const { name = '', type = '', unit, help = '', samples = '' } = groups;
  return {
    name,
    type,
    help: unescape(help, format === 'text' ? /\\[\\n]/g : /\\[\\n"]/g),
    samples: samples.slice(0, -1).split('\n').map(parseSample),
    ...(unit !== undefined && { unit }),
  };
}

const SAMPLE = new RegExp(`^(${NAME})(?:\\{([^\\n]+)\\})? (-?[0-9]+(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?)$`);

function parseSample(line: string): ParsedSample {
  const [, name, labels, value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`not a sample: ${line}`);
  return { name, labels: labels === undefined ? {} : parseLabels(labels), value: Number(value) };
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const labels = new Map<string, string>();
  const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\n"])+)"(?:,(?!$)|$)/y;
  while (pair.lastIndex < text.length) {
    const [, name, value = ''] = pair.exec(text) ?? [];
    if (name === undefined) throw new Error(`not labels: ${text}`);
    if (name.startsWith('__')) throw new Error(`a reserved label: ${name}`);
    if (labels.has(name)) throw new Error(`a label twice: ${text}`);
    labels.set(name, unescape(value, /\\[\\n"]/g));
  }
  return Object.fromEntries(labels);
}

function unescape(text: string, known: RegExp): string {
  if (text.replace(known, '').includes('\\')) throw new Error(`an unknown escape: ${text}`);
  return text.replace(known, (escape) => (escape === '\\n' ? '\n' : escape.slice(1)));
}
