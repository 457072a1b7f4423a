import { COLLECTOR_DURATION, COLLECTOR_SUCCESS } from '../metrics/collector-report.ts';
import type { Collector } from '../metrics/family.ts';
import type { FamilyHead } from '../metrics/format.ts';
import {
  documentInstruments,
  hostInstruments,
  processInstruments,
  type SelfInstrument,
} from '../metrics/self-instruments.ts';

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

const CADVISOR = `
## Under cAdvisor's names

\`GET /metrics/cadvisor\` tells of containers that run or are paused, under cAdvisor's names, types and labels and without
timestamps, in the text format only. \`host\` is not one of cAdvisor's labels: it keeps apart the hosts of one exporter.
\`container_label_*\` are the labels that \`containers.labels\` allows. \`?collect[]=\` selects one of the collectors;
\`collectors\` in the configuration is about the others.
`;

export interface DocumentedMetrics {
  readonly collectors: readonly Collector[];
  readonly self: readonly DocumentedFamily[];
  readonly cadvisor: readonly Collector[];
}

/** The reference as Markdown: a section for each collector, one for the exporter itself, and one for cAdvisor's names. */
export function renderMetricsReference({ collectors, self, cadvisor }: DocumentedMetrics): string {
  const sections = (level: string, of: readonly Collector[]) =>
    of.map(({ name, families }) => `\n${level} ${name}\n\n${renderTable(families)}`).join('');
  const rest = 'Beside these, `process_*` and `nodejs_*` as prom-client names them.\n';
  const ourselves = `\n## The exporter itself\n\n${renderTable(self)}\n${rest}`;
  return `${PREAMBLE}${sections('##', collectors)}${ourselves}${CADVISOR}${sections('###', cadvisor)}`;
}

/** What we say of ourselves, whatever is watched. */
export function selfFamilies(): readonly DocumentedFamily[] {
  return [
    ...Object.values(processInstruments).map((instrument) => documentInstrument(instrument, [])),
    ...[COLLECTOR_SUCCESS, COLLECTOR_DURATION].map((head) => ({ ...head, labels: ['collector'] })),
    ...Object.values(documentInstruments).map((instrument) => documentInstrument(instrument, [])),
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
