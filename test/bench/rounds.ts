import { setTimeout as delay } from 'node:timers/promises';
import type { Exporter } from '../bed/exporter.ts';
import { APART_MS, type Source, startWarm } from './bench-exporter.ts';
import { median, quantile } from './median.ts';
import { residentMiB } from './process-cost.ts';
import { describeSpent, eachSpender, type Spent, spentDuring } from './spent.ts';
import { countSystemCalls } from './system-calls.ts';
import type { WatchedEngine } from './watched-engine.ts';

export interface RoundsOptions {
  readonly rounds: number;
  readonly scrapesPerRound: number;
}

/** What one scrape costs. */
export interface ScrapeCost {
  readonly source: Source;
  /** The median round's. */
  readonly p50Ms: number;
  /** Of all scrapes. */
  readonly p99Ms: number;
  /** More than in the same time without scrapes, in the median round. */
  readonly cpuMs: Spent;
  /** Absent where they cannot be counted. */
  readonly systemCalls: number | undefined;
  readonly residentMiB: number;
  readonly bytes: number;
  readonly series: number;
}

interface Round {
  readonly durationsMs: readonly number[];
  readonly cpuMs: Spent;
  /** In a minute without a scrape. */
  readonly backgroundMs: Spent;
  readonly text: string;
}

/** An exporter for each source, all on the same engine at once, scraped by turns: a round of each, and again. */
export async function measureRounds(
  engine: WatchedEngine,
  sources: readonly Source[],
  options: RoundsOptions,
): Promise<readonly ScrapeCost[]> {
  const exporters: (readonly [Source, Exporter])[] = [];
  try {
    for (const source of sources) exporters.push([source, await startWarm(engine, source)]);
    const rounds = new Map<Source, Round[]>(sources.map((source) => [source, []]));
    for (let number = 1; number <= options.rounds; number++) {
      for (const [source, exporter] of exporters) {
        const round = await measureRound(engine, exporter, options.scrapesPerRound);
        rounds.get(source)?.push(round);
        report(number, source, round);
      }
    }
    const costs: ScrapeCost[] = [];
    for (const [source, exporter] of exporters) costs.push(await summarize(source, exporter, rounds.get(source) ?? []));
    return costs;
  } finally {
    for (const [, exporter] of exporters) await exporter.stop();
  }
}

async function measureRound({ pids }: WatchedEngine, exporter: Exporter, scrapes: number): Promise<Round> {
  const quiet = await spentDuring(pids, exporter.pid, () => delay(scrapes * APART_MS));
  const durationsMs: number[] = [];
  let text = '';
  const busy = await spentDuring(pids, exporter.pid, async () => {
    for (let scrape = 0; scrape < scrapes; scrape++) {
      await delay(APART_MS);
      const answer = await exporter.scrape();
      durationsMs.push(answer.durationMs);
      text = answer.text;
    }
  });
  const whileBusy = busy.tookMs / quiet.tookMs;
  const cpuMs = eachSpender((who) => (busy.spent[who] - quiet.spent[who] * whileBusy) / scrapes);
  const backgroundMs = eachSpender((who) => (quiet.spent[who] * 60_000) / quiet.tookMs);
  return { durationsMs, cpuMs, backgroundMs, text };
}

async function summarize(source: Source, exporter: Exporter, rounds: readonly Round[]): Promise<ScrapeCost> {
  // Last of all, for it slows the exporter down.
  const memory = residentMiB(exporter.pid);
  const systemCalls = await countSystemCalls(exporter, 10);
  const text = rounds.at(-1)?.text ?? '';
  return {
    source,
    p50Ms: median(rounds.map(({ durationsMs }) => median(durationsMs))),
    p99Ms: quantile(
      rounds.flatMap(({ durationsMs }) => durationsMs),
      0.99,
    ),
    cpuMs: eachSpender((who) => median(rounds.map(({ cpuMs }) => cpuMs[who]))),
    systemCalls,
    residentMiB: memory,
    bytes: text.length,
    series: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
  };
}

function report(number: number, source: Source, { durationsMs, cpuMs, backgroundMs }: Round): void {
  const scrape = `p50 ${median(durationsMs).toFixed(1)} ms, CPU ms ${describeSpent(cpuMs, 1)}`;
  console.info(`round ${number}, ${source}: ${scrape}; a minute without: ${describeSpent(backgroundMs, 0)}`);
}
