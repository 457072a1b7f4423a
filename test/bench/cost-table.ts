import type { Aims } from './aims.ts';
import type { ScrapeCost } from './rounds.ts';

/** All that is told of one exporter on one engine. */
export interface Cost extends ScrapeCost {
  /** `Docker 28.5.2`, `simulated` */
  readonly engine: string;
  readonly containers: number;
  /** Absent where it was not measured. */
  readonly minuteCpuSeconds: number | undefined;
}

interface Column {
  readonly title: string;
  readonly cell: (cost: Cost) => string;
  readonly aim?: (aims: Aims) => number | undefined;
}

const rounded = (value: number | undefined, digits = 0): string =>
  value === undefined
    ? ''
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

const columns: readonly Column[] = [
  { title: 'engine', cell: ({ engine }) => engine },
  { title: 'containers', cell: ({ containers }) => String(containers) },
  { title: 'samples from', cell: ({ source }) => (source === 'api' ? 'the API' : 'the kernel') },
  { title: 'p50', cell: ({ p50Ms }) => `${rounded(p50Ms)} ms`, aim: ({ p50Ms }) => p50Ms },
  { title: 'p99', cell: ({ p99Ms }) => `${rounded(p99Ms)} ms` },
  { title: 'our CPU', cell: ({ cpuMs }) => `${rounded(cpuMs.ours)} ms`, aim: ({ ourCpuMs }) => ourCpuMs },
  { title: "dockerd's", cell: ({ cpuMs }) => `${rounded(cpuMs.dockerd, 1)} ms`, aim: ({ engineCpuMs }) => engineCpuMs },
  { title: "containerd's", cell: ({ cpuMs }) => `${rounded(cpuMs.containerd, 1)} ms` },
  { title: "the shims'", cell: ({ cpuMs }) => `${rounded(cpuMs.shims)} ms` },
  { title: 'system calls', cell: ({ systemCalls }) => rounded(systemCalls) },
  {
    title: 'CPU a minute',
    cell: ({ minuteCpuSeconds }) => (minuteCpuSeconds === undefined ? '' : `${rounded(minuteCpuSeconds, 2)} s`),
    aim: ({ minuteCpuSeconds }) => minuteCpuSeconds,
  },
  {
    title: 'resident memory',
    cell: ({ residentMiB }) => `${rounded(residentMiB)} MiB`,
    aim: ({ residentMiB }) => residentMiB,
  },
  { title: 'text', cell: ({ bytes }) => `${rounded(bytes / 1000)} kB` },
  { title: 'series', cell: ({ series }) => rounded(series) },
];

/** For the README. */
export function encodeMarkdown(costs: readonly Cost[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = [line(columns.map(({ title }) => title)), `|${columns.map(() => '---').join('|')}|`];
  return [...head, ...costs.map((cost) => line(columns.map(({ cell }) => cell(cost))))].join('\n');
}

/** For a terminal: what was aimed at stands in brackets. */
export function describeCosts(costs: readonly Cost[], aimsOf: (cost: Cost) => Aims | undefined): readonly object[] {
  return costs.map((cost) => {
    const aims = aimsOf(cost);
    const cells = columns.map(({ title, cell, aim }) => {
      const atMost = aims && aim?.(aims);
      return [title, atMost === undefined ? cell(cost) : `${cell(cost)} (${atMost})`] as const;
    });
    return Object.fromEntries(cells);
  });
}
