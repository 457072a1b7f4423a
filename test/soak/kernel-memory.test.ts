import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startEngine } from '../bed/engine.ts';
import { needing } from '../bed/need.ts';
import { residentMiB } from '../bench/process-cost.ts';
import { startInspectedExporter } from '../integration/inspected-exporter.ts';
import { startPlainFleet } from '../integration/plain-fleet.ts';

const CONTAINERS = 100;
const SCRAPES = 2000;
/** By then all that is kept is kept, and what is compiled is compiled. */
const WARM_UP = 300;
/** Scrapes that are closer share a read. */
const APART_MS = 260;
const TOLERATED_HEAP_MIB = 2;
const TOLERATED_RESIDENT_MIB = 10;

test(
  '2,000 scrapes of 100 real containers from the kernel leave the memory as it was',
  needing('docker-28'),
  async () => {
    const engine = await startEngine();
    onTestFinished(engine.stop);
    await startPlainFleet(engine.socketPath, CONTAINERS);
    const exporter = await startInspectedExporter({
      config: { hosts: [{ name: 'edge-1', url: engine.dockerHost, source: 'kernel' }] },
    });
    onTestFinished(exporter.stop);
    const scrape = async (times: number) => {
      for (let time = 0; time < times; time++) {
        const { text } = await exporter.scrape();
        expect(text).toContain(`source="kernel"} ${CONTAINERS}\n`);
        await delay(APART_MS);
      }
      return { heapMiB: (await exporter.heapBytes()) / 2 ** 20, residentMiB: residentMiB(exporter.pid) };
    };
    const before = await scrape(WARM_UP);
    const halfway = await scrape(SCRAPES / 2);
    const after = await scrape(SCRAPES / 2);
    console.info({ before, halfway, after });
    expect(after.heapMiB - before.heapMiB).toBeLessThan(TOLERATED_HEAP_MIB);
    expect(after.residentMiB - before.residentMiB).toBeLessThan(TOLERATED_RESIDENT_MIB);
  },
);
