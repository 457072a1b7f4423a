import { escapeOpenMetricsHelp, escapeTextHelp } from './escape.ts';
import type { BoundFamily } from './family.ts';

/** Text 0.0.4, which every Prometheus understands, and OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** What a family says of itself before its samples. */
export interface FamilyHead {
  readonly name: string;
  readonly type: BoundFamily['type'] | 'histogram';
  readonly unit?: BoundFamily['unit'];
  readonly help: string;
}

/** The lines before a family's samples. The samples themselves are written alike in both formats, but for `_created`. */
export function renderHead(head: FamilyHead, format: ExpositionFormat): string {
  return format === 'text' ? textHead(head) : openMetricsHead(head);
}

/** What ends the whole text. */
export function renderEnd(format: ExpositionFormat): string {
  return format === 'text' ? '' : '# EOF\n';
}

function textHead({ name, type, help }: FamilyHead): string {
  // Text 0.0.4 knows no info: one is a gauge that is always 1.
  return `# HELP ${name} ${escapeTextHelp(help)}\n# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`;
}

function openMetricsHead({ name, type, unit, help }: FamilyHead): string {
  const base = openMetricsName(name, type);
  // A unit that the name does not end in is a parse error.
  const unitLine = unit !== undefined && base.endsWith(`_${unit}`) ? `# UNIT ${base} ${unit}\n` : '';
  return `# TYPE ${base} ${type}\n${unitLine}# HELP ${base} ${escapeOpenMetricsHelp(help)}\n`;
}

/** Under which OpenMetrics, in a counter's own family, tells since when it counts. */
export function createdName(counter: string): string {
  return counter.replace(/_total$/, '_created');
}

/** In OpenMetrics the suffix belongs to the samples, not to the family (R25). */
function openMetricsName(name: string, type: FamilyHead['type']): string {
  if (type === 'counter') return name.replace(/_total$/, '');
  return type === 'info' ? name.replace(/_info$/, '') : name;
}
