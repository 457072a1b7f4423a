import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { waitFor } from '../bed/wait-for.ts';
import { type SimulatedStore, startSimulatedStore } from '../store/index.ts';
import { createAlertProducer } from './alert-producer.ts';
import { startSimulatedHost } from './simulated.ts';

/** The soak has 100. */
const KILLS = Number(process.env['HARBORLIGHT_TEST_KILLS'] ?? 10);
const LONGEST_LIFE_MS = 2500;
const STREAM = 'logs-harborlight.alert-default';

describe('documents of the product', () => {
  let store: SimulatedStore;
  let socketPath: string;
  beforeEach(async () => {
    store = await startSimulatedStore();
    onTestFinished(store.stop);
    const template = JSON.stringify({ index_patterns: ['logs-*-*'], data_stream: {}, priority: 250 });
    const headers = { 'content-type': 'application/json' };
    const made = await fetch(`${store.url}/_index_template/logs`, { method: 'PUT', headers, body: template });
    expect(made.status).toBe(200);
    const host = await startSimulatedHost(1);
    onTestFinished(host.stop);
    ({ socketPath } = host);
  });

  const start = async (config: object = {}): Promise<Exporter> => {
    const hosts = [{ name: 'edge-1', url: `unix://${socketPath}` }];
    const sinks = [{ kind: 'file' }, { kind: 'elasticsearch', url: store.url }];
    const exporter = await startExporter({ config: { hosts, sinks, ...config } });
    onTestFinished(exporter.stop);
    return exporter;
  };
  const inStore = () => store.documents(STREAM).map(({ source }) => numberOf(source));

  test('kill -9 at random moments loses none and doubles none, in a file or in a store', {
    timeout: KILLS * 30_000,
  }, async () => {
    const exporter = await start();
    const producer = createAlertProducer(exporter.url);
    const segments = new Set<string>();
    for (let kill = 0; kill < KILLS; kill++) {
      await delay(Math.random() * LONGEST_LIFE_MS);
      await exporter.end('SIGKILL');
      for (const name of await readdir(join(exporter.directory, 'data/spool'))) segments.add(name);
      await exporter.start();
      if (kill !== KILLS / 2) continue;
      await waitFor('the first ones', () => store.backingIndices(STREAM).length > 0);
      store.rollover(STREAM);
    }
    const kept = await producer.stop();
    const counted = [...segments].filter((name) => name.endsWith('.segment')).length;
    const pace = `${producer.perSecond()} a second while it served`;
    console.info(`${kept.length} alerts kept over ${KILLS} kills, ${pace}, ${counted} segments`);
    const isThere = async () => {
      const text = (await exporter.scrape()).text;
      return [...text.matchAll(/^harborlight_spool_oldest_seconds (.*)$/gm)].some(([, age]) => age === '0');
    };
    await waitFor('all of them to be delivered', isThere, { timeoutMs: Math.max(60_000, KILLS * 6_000) });
    expect(kept.length).toBeGreaterThan(1000);
    expect(counted).toBeGreaterThan(3);
    expect(sorted(await inFiles(exporter))).toEqual(sorted(kept));
    expect(sorted(inStore())).toEqual(sorted(kept));
  });

  test('SIGTERM with the store down: it ends within two seconds, and what was not sent is sent by the next one', async () => {
    const exporter = await start();
    await store.down();
    const producer = createAlertProducer(exporter.url);
    await waitFor('some alerts', () => producer.kept() > 100);
    const kept = await producer.stop();
    const sinceMs = performance.now();
    await exporter.end('SIGTERM');
    expect(performance.now() - sinceMs).toBeLessThan(2000);
    await store.up();
    await exporter.start();
    await waitFor('what was not sent', () => inStore().length === kept.length);
    expect(sorted(inStore())).toEqual(sorted(kept));
  });

  test('a second exporter on the same folder is refused, and says whom to stop', async () => {
    const exporter = await start();
    const second = await startExporter({
      config: {
        hosts: [{ name: 'edge-1', url: `unix://${socketPath}` }],
        paths: { data: join(exporter.directory, 'data') },
      },
      until: 'listening',
    }).catch((error: unknown) => error);
    expect(String(second)).toContain(`is in use by process ${exporter.pid}`);
    expect((await exporter.scrape()).status).toBe(200);
  });

  test('its own log is among them, but for what tells that a sink takes none', async () => {
    const exporter = await start();
    const messages = () => store.documents('logs-harborlight.app-default').map(({ source }) => source['message']);
    await waitFor('the first lines', () => messages().includes('engine up'));
    expect(messages()).toContain('listening');
    await store.down();
    const producer = createAlertProducer(exporter.url);
    await waitFor('a failure', () => exporter.log().includes('sink takes no documents'));
    await producer.stop();
    await store.up();
    await waitFor('the next line', () => messages().includes('sink takes documents'));
    expect(messages()).not.toContain('sink takes no documents');
  });

  test('other sinks at a reload: the new one gets what comes, none misses any', async () => {
    const exporter = await start({ sinks: [{ kind: 'file' }] });
    const producer = createAlertProducer(exporter.url);
    await waitFor('some alerts', () => producer.kept() > 100);
    const hosts = [{ name: 'edge-1', url: `unix://${socketPath}` }];
    await exporter.configure({ hosts, sinks: [{ kind: 'file' }, { kind: 'elasticsearch', url: store.url }] });
    exporter.signal('SIGHUP');
    await waitFor('the new sink', () => inStore().length > 100);
    const kept = await producer.stop();
    await waitFor('all in files', async () => (await inFiles(exporter)).length === kept.length);
    expect(sorted(await inFiles(exporter))).toEqual(sorted(kept));
    await waitFor('the newest in the store', () => inStore().includes(Math.max(...kept)));
  });
});

const alert = z.object({ labels: z.object({ n: z.string() }) });
const numberOf = (source: unknown): number => Number(alert.parse(source).labels.n);
const sorted = (numbers: readonly number[]): readonly number[] => numbers.toSorted((a, b) => a - b);

const inFiles = async ({ directory }: Exporter): Promise<readonly number[]> => {
  const folder = join(directory, 'data/documents');
  const names = (await readdir(folder)).filter((name) => name.startsWith('harborlight.alert-'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n').slice(0, -1));
  return lines.map((line) => numberOf(JSON.parse(line)));
};
