import { setTimeout as delay } from 'node:timers/promises';
import { type Exporter, type Scrape, startExporter } from '../bed/exporter.ts';
import { waitFor } from '../bed/wait-for.ts';
import type { WatchedEngine } from './watched-engine.ts';

export type Source = 'api' | 'kernel';

/** Scrapes that are closer share a read. */
export const APART_MS = 300;
/** By then what a scrape runs is compiled. */
const WARM_UP = 40;

/** An exporter that takes its samples from there, and has answered some scrapes. */
export async function startWarm({ socketPath, containers }: WatchedEngine, source: Source): Promise<Exporter> {
  const exporter = await startExporter({
    config: { hosts: [{ name: 'bench', url: `unix://${socketPath}`, source }] },
  });
  const isWhole = ({ text }: Scrape) =>
    text.includes(`\nharborlight_sample_source{host="bench",source="${source}"} ${containers}\n`);
  try {
    await waitFor(`samples of all from ${source}`, async () => isWhole(await exporter.scrape()), { timeoutMs: 60_000 });
    for (let scrape = 0; scrape < WARM_UP; scrape++) {
      await delay(APART_MS);
      await exporter.scrape();
    }
    return exporter;
  } catch (error) {
    await exporter.stop();
    throw error;
  }
}
