import { setTimeout as delay } from 'node:timers/promises';
import type { Exporter } from '../bed/exporter.ts';
import { type Source, startWarm } from './bench-exporter.ts';
import { median } from './median.ts';
import { describeSpent, eachSpender, type Spent, spentDuring } from './spent.ts';
import type { WatchedEngine } from './watched-engine.ts';

const MINUTE_MS = 60_000;
const SCRAPES_A_MINUTE = 4;

/**
 * CPU seconds that a minute with a scrape every 15 s takes of ours, dockerd and containerd together, more than a minute of
 * the same engine without an exporter: each round has one of these, then one with each source. Medians.
 */
export async function measureMinutes(
  engine: WatchedEngine,
  sources: readonly Source[],
  rounds: number,
): Promise<ReadonlyMap<Source, number>> {
  const costs = new Map<Source, number[]>(sources.map((source) => [source, []]));
  for (let round = 1; round <= rounds; round++) {
    const without = await watchMinute(engine, undefined);
    report(round, 'no exporter', without);
    for (const source of sources) {
      const exporter = await startWarm(engine, source);
      const spent = await watchMinute(engine, exporter).finally(exporter.stop);
      report(round, source, spent);
      costs.get(source)?.push((sum(spent) - sum(without)) / 1000);
    }
  }
  return new Map([...costs].map(([source, seconds]) => [source, median(seconds)]));
}

async function watchMinute({ pids }: WatchedEngine, exporter: Exporter | undefined): Promise<Spent> {
  const { spent } = await spentDuring(pids, exporter?.pid, async () => {
    const startMs = performance.now();
    for (let scrape = 1; scrape <= SCRAPES_A_MINUTE; scrape++) {
      await exporter?.scrape();
      await delay(startMs + (scrape * MINUTE_MS) / SCRAPES_A_MINUTE - performance.now());
    }
  });
  return spent;
}

/** Without the shims: what they take when nobody asks varies by more than what is looked for. */
function sum({ ours, dockerd, containerd }: Spent): number {
  return ours + dockerd + containerd;
}

function report(round: number, phase: string, spent: Spent): void {
  const seconds = eachSpender((who) => spent[who] / 1000);
  console.info(`minute ${round}, ${phase}: CPU s ${describeSpent(seconds, 3)}`);
}
