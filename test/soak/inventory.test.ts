import { describe, expect, onTestFinished, test } from 'vitest';
import { startEngine } from '../bed/engine.ts';
import { needing } from '../bed/need.ts';
import { scrapeDuring } from '../integration/churn.ts';
import { startInspectedExporter } from '../integration/inspected-exporter.ts';
import { startRecordingProxy } from '../integration/recording-proxy.ts';
import { createScrapes } from '../integration/scrapes.ts';
import { watchSteadyMinute } from '../integration/steady-minute.ts';

const CHURN = { containers: 2000, places: 8 };
const TOLERATED_HEAP_BYTES = 10 * 2 ** 20;

describe('the inventory of a real engine', () => {
  test('keeps nothing of 2,000 containers that come and go', needing('docker-28'), async () => {
    const engine = await startEngine();
    onTestFinished(engine.stop);
    const exporter = await startInspectedExporter({ config: { hosts: [{ name: 'edge-1', url: engine.dockerHost }] } });
    onTestFinished(exporter.stop);
    const scrapes = createScrapes(exporter);
    await scrapes.read();
    const before = await exporter.heapBytes();
    const readings = await scrapeDuring(scrapes, engine.socketPath, CHURN);
    const last = await scrapes.until('the end of all', (reading) => reading.all('docker_container_info').length === 0);
    expect(last.value('docker_events_total', { type: 'container', action: 'destroy' })).toBe(CHURN.containers);
    const grownBytes = (await exporter.heapBytes()) - before;
    console.info(
      `churn of ${CHURN.containers}: ${readings.length} scrapes, heap ${(grownBytes / 2 ** 20).toFixed(2)} MiB more`,
    );
    expect(Math.abs(grownBytes)).toBeLessThan(TOLERATED_HEAP_BYTES);
    expect(await scrapes.faults()).toBe('');
  });

  test('costs an engine with 100 containers no list of all and one /info a minute', needing('docker-28'), async () => {
    const engine = await startEngine();
    onTestFinished(engine.stop);
    await engine.fleet(100);
    const proxy = await startRecordingProxy(engine.socketPath);
    onTestFinished(proxy.close);
    const exporter = await startInspectedExporter({ config: { hosts: [{ name: 'edge-1', url: proxy.url }] } });
    onTestFinished(exporter.stop);
    for (let minute = 1; minute <= 6; minute++) {
      const { infos, listsOfNewest, inspects, ...calls } = await watchSteadyMinute(proxy, createScrapes(exporter));
      console.info(`minute ${minute}:`, { infos, listsOfNewest, inspects, ...calls });
      expect(calls).toEqual({ listsOfAll: 0, oneShotStats: 4 * 90, others: [] });
      expect(infos).toBeLessThanOrEqual(1);
      expect(listsOfNewest).toBeLessThanOrEqual(1);
    }
  });
});
