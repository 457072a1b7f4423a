import { COLLECTOR_DURATION, COLLECTOR_SUCCESS } from '../metrics/collector-report.ts';
import type { Collector } from '../metrics/family.ts';
import type { FamilyHead } from '../metrics/format.ts';
import { hostInstruments, processInstruments, type SelfInstrument } from '../metrics/self-instruments.ts';

/** What the reference says of a family. */
export interface DocumentedFamily extends FamilyHead {
  readonly labels: readonly string[];
}

const PREAMBLE = `# Metrics reference

Written by \`harborlight docs\` from the lists that the metrics themselves come from; edits here are lost.

What is unknown is absent, never 0. Each section is one collector, which \`collectors\` in the configuration switches
off and \`?collect[]=\` selects. In OpenMetrics a counter that events feed says with a \`_created\` line since when it
counts.
`;

/** The reference as Markdown, a section for each collector and one for the exporter itself. */
export function renderMetricsReference(collectors: readonly Collector[], self: readonly DocumentedFamily[]): string {
  const sections = collectors.map(({ name, families }) => `\n## ${name}\n\n${renderTable(families)}`);
  const rest = 'Beside these, `process_*` and `nodejs_*` as prom-client names them.\n';
  return `${PREAMBLE}${sections.join('')}\n## The exporter itself\n\n${renderTable(self)}\n${rest}`;
}

/** What we say of ourselves, whatever is watched. */
export function selfFamilies(): readonly DocumentedFamily[] {
  return [
    ...Object.values(processInstruments).map((instrument) => documentInstrument(instrument, [])),
    ...[COLLECTOR_SUCCESS, COLLECTOR_DURATION].map((head) => ({ ...head, labels: ['collector'] })),
    ...Object.values(hostInstruments).map((instrument) => documentInstrument(instrument, ['host'])),
  ];
}

function documentInstrument(
  { name, help, labelNames, buckets }: SelfInstrument,
  scope: readonly string[],
): DocumentedFamily {
  const type = name.endsWith('_total') ? 'counter' : 'gauge';
  return { name, help, type: buckets === undefined ? type : 'histogram', labels: [...scope, ...labelNames] };
}

function renderTable(families: readonly DocumentedFamily[]): string {
  const rows = families.map(({ name, type, unit, labels, help }) => {
    const cells = [`\`${name}\``, type, unit ?? '', labels.map((label) => `\`${label}\``).join(', '), help];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  });
  return `| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n${rows.join('')}`;
}
