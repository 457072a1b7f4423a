// What a scrape costs: `npm run bench -- [28.5] [20.10] [simulated]`. All of them where none is named; real engines where
// test/bed/install put them. On a real one an exporter that asks the API and one that reads the kernel's files stand side by side.
//   --table           a table for the README
//   --containers N    on real engines (100)
//   --rounds N        of scrapes, of each exporter (5)
//   --minutes N       of each exporter, and as many without (1)
import { parseArgs } from 'node:util';
import { AIMS } from './aims.ts';
import type { Source } from './bench-exporter.ts';
import { type Cost, describeCosts, encodeMarkdown } from './cost-table.ts';
import { measureMinutes } from './minutes.ts';
import { measureRounds } from './rounds.ts';
import { describeSurroundings } from './surroundings.ts';
import { startReal, startSimulated, type WatchedEngine } from './watched-engine.ts';

interface Case {
  readonly name: string;
  readonly start: () => Promise<WatchedEngine>;
  readonly sources: readonly Source[];
  readonly scrapesPerRound: number;
  readonly minutes: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    table: { type: 'boolean', default: false },
    containers: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '1' },
  },
});
const rounds = Number(values.rounds);
const real = {
  sources: ['api', 'kernel'],
  minutes: Number(values.minutes),
} as const;
const start = (version: '28' | '20') => () => startReal(version, Number(values.containers));
const cases: readonly Case[] = [
  { ...real, name: '28.5', start: start('28'), scrapesPerRound: 20 },
  { ...real, name: '20.10', start: start('20'), scrapesPerRound: 10 },
  ...[20, 100, 500].map(
    (containers): Case => ({
      name: 'simulated',
      start: () => startSimulated(containers),
      sources: ['api'],
      scrapesPerRound: 20,
      minutes: 0,
    }),
  ),
];

async function measure({ start: begin, sources, scrapesPerRound, minutes }: Case): Promise<readonly Cost[]> {
  const watched = await begin();
  const { engine, containers } = watched;
  console.info(`${engine}, ${containers} containers`);
  try {
    const costs = await measureRounds(watched, sources, { rounds, scrapesPerRound });
    const minuteOf = minutes === 0 ? new Map<Source, number>() : await measureMinutes(watched, sources, minutes);
    return costs.map((cost) => ({ ...cost, engine, containers, minuteCpuSeconds: minuteOf.get(cost.source) }));
  } finally {
    await watched.stop();
  }
}

const costs: Cost[] = [];
for (const one of cases.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  costs.push(...(await measure(one)));
}
const method = `${rounds} rounds of each exporter by turns, their medians; processor time by the kernel's own account of each thread, less what the same time without scrapes takes; a minute: ours, dockerd's and containerd's with a scrape every 15 s, less a minute without an exporter`;
if (values.table) {
  console.info(`\n${describeSurroundings()}: ${method}.\n\n${encodeMarkdown(costs)}`);
} else {
  console.info(`${describeSurroundings()}\n${method}\nIn brackets what is aimed at.`);
  console.table(
    describeCosts(costs, ({ source, containers }) => (source === 'kernel' ? AIMS.get(containers) : undefined)),
  );
}
