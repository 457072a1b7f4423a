import type { ExpositionFormat } from '../metrics/format.ts';

export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * The format that an Accept header prefers: OpenMetrics if it weighs more than text, else text, also for a caller that
 * names neither (every Prometheus server reads text). Parameters beyond `version` (`escaping`, `charset`) change nothing:
 * our names are plain ASCII.
 */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  const ranges = (accept ?? '').split(',').map(parseMediaRange);
  const openmetrics = weigh(ranges, ['application/openmetrics-text', 'application/*', '*/*'], '1.0.0');
  return openmetrics > weigh(ranges, ['text/plain', 'text/*', '*/*'], '0.0.4') ? 'openmetrics' : 'text';
}

interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  readonly weight: number;
}

/** The weight of the most exact range that matches; 0 without one. */
function weigh(ranges: readonly MediaRange[], types: readonly string[], version: string): number {
  const matches = ranges.filter((range) => range.version === undefined || range.version === version);
  for (const type of types) {
    const weights = matches.filter((range) => range.type === type).map(({ weight }) => weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}

function parseMediaRange(text: string): MediaRange {
  const [type = '', ...parameters] = text
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const value = (name: string) =>
    parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
  const weight = Number(value('q') ?? 1);
  return { type, version: value('version')?.replaceAll('"', ''), weight: weight >= 0 && weight <= 1 ? weight : 0 };
}
