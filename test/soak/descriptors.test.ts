import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { scrapeDuring } from '../integration/churn.ts';
import { createScrapes } from '../integration/scrapes.ts';
import { startSimulatedHost } from '../integration/simulated.ts';
import { createKernelTree } from './kernel-tree.ts';

/** Each is read by itself, so that their scrapes share no read and need not wait for one another. */
const HOSTS = 20;
const CONTAINERS = 20;
const SCRAPES = 10_000;
/** Scrapes of one host that are closer share a read. */
const APART_MS = 260;
/** Each of the hosts asks about each container that comes. */
const CHURN_MS = 200;

const openFiles = async ({ pid }: Exporter): Promise<number> => (await readdir(`/proc/${pid}/fd`)).length;

describe('containers that come and go while the files of the kernel are read', () => {
  test('10,000 scrapes leave no file open', async () => {
    const { engine, socketPath, stop } = await startSimulatedHost(0);
    onTestFinished(stop);
    const tree = await createKernelTree();
    onTestFinished(tree.stop);
    const hosts = Array.from({ length: HOSTS }, (_, index) => ({
      name: `edge-${index}`,
      url: `unix://${socketPath}`,
      source: 'kernel',
    }));
    const paths = { proc: tree.procRoot, cgroup: tree.cgroupRoot };
    const exporter = await startExporter({ config: { hosts, paths } });
    onTestFinished(exporter.stop);

    const begin = async (place: number) => {
      const id = engine.run({ name: `web-${place}` });
      await tree.add(id, engine.container(id).pid);
    };
    /** Its files go while the engine still says that it runs, and the other way round. */
    const replace = async (place: number) => {
      const { id, pid } = engine.container(`web-${place}`);
      if (place % 2 === 0) engine.destroy(id);
      await tree.remove(id, pid);
      if (place % 2 === 1) engine.destroy(id);
      await begin(place);
    };
    for (let place = 0; place < CONTAINERS; place++) await begin(place);

    let read = 0;
    let scraped = 0;
    const scrapeHost = async (host: string, times: number) => {
      for (let time = 0; time < times; time++) {
        const { text } = await exporter.scrape({ query: `?host=${host}` });
        read += Number(/^harborlight_sample_source\{.*source="kernel"\} (\d+)$/m.exec(text)?.[1] ?? 0);
        scraped++;
        await delay(APART_MS);
      }
    };
    const scrapeAll = (times: number) => Promise.all(hosts.map(({ name }) => scrapeHost(name, times / HOSTS)));

    await scrapeAll(400);
    const before = await openFiles(exporter);
    [read, scraped] = [0, 0];
    const over = scrapeAll(SCRAPES).then(() => true);
    let replaced = 0;
    while (!(await Promise.race([over, delay(CHURN_MS, false)]))) await replace(replaced++ % CONTAINERS);
    console.info(
      `${scraped} scrapes, ${read} samples, ${replaced} containers came and went; ${before} files open before`,
    );
    expect(read).toBeGreaterThan((SCRAPES * CONTAINERS) / 2);
    expect(read).toBeLessThan(SCRAPES * CONTAINERS);
    await waitFor('as many open files', async () => (await openFiles(exporter)) <= before);
  });

  test('on a real engine 500 of them leave no file open', needing('docker-28'), async () => {
    const engine = await startEngine();
    onTestFinished(engine.stop);
    const exporter = await startExporter({
      config: { hosts: [{ name: 'edge-1', url: engine.dockerHost, source: 'kernel' }] },
    });
    onTestFinished(exporter.stop);
    const scrapes = createScrapes(exporter);
    await scrapeDuring(scrapes, engine.socketPath, { containers: 40, places: 8 });
    const before = await openFiles(exporter);
    const readings = await scrapeDuring(scrapes, engine.socketPath, { containers: 500, places: 8 });
    const read = readings.map((reading) => reading.value('harborlight_sample_source', { source: 'kernel' }) ?? 0);
    console.info(
      `${readings.length} scrapes, ${read.reduce((sum, count) => sum + count, 0)} samples; ${before} files open before`,
    );
    expect(Math.max(...read)).toBeGreaterThan(0);
    await waitFor('as many open files', async () => (await openFiles(exporter)) <= before);
    expect(await scrapes.faults()).toBe('');
  });
});
