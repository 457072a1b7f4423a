import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { startEngine } from '../bed/engine.ts';
import { startInspectedExporter } from './inspected-exporter.ts';
import { type Hold, watchLoop } from './loop-holds.ts';
import { type PlainFleetOptions, startPlainFleet } from './plain-fleet.ts';
import { putFirst } from './put-first.ts';
import { createScrapes } from './scrapes.ts';

export interface KernelHoldsOptions extends PlainFleetOptions {
  readonly containers: number;
  /** One a second. */
  readonly scrapes: number;
}

/** What held the event loop of an exporter that reads the kernel's files of so many containers of a real engine. */
export const watchKernelScrapes = async ({
  containers,
  scrapes,
  ...fleet
}: KernelHoldsOptions): Promise<readonly Hold[]> => {
  const engine = await startEngine();
  onTestFinished(engine.stop);
  await startPlainFleet(engine.socketPath, containers, fleet);
  const exporter = await startInspectedExporter({
    config: { hosts: [{ name: 'edge-1', url: engine.dockerHost, source: 'kernel' }] },
  });
  onTestFinished(exporter.stop);
  await putFirst(exporter.pid);
  const scraped = createScrapes(exporter);
  const isWhole = (count: number | undefined) => count === containers;
  const kernel = { source: 'kernel' };
  await scraped.until('all containers', (reading) => isWhole(reading.value('harborlight_sample_source', kernel)), {
    timeoutMs: 60_000,
  });
  const endWatch = await watchLoop(exporter.inspector);
  for (let scrape = 0; scrape < scrapes; scrape++) {
    const { text } = await exporter.scrape();
    if (!text.includes(`source="kernel"} ${containers}\n`)) throw new Error(`read all ${containers} containers`);
    await delay(1000);
  }
  return endWatch();
};
