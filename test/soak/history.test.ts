import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startExporter } from '../bed/exporter.ts';
import { waitFor } from '../bed/wait-for.ts';

test('a kill -9 takes at most a minute of the history', { timeout: 150_000 }, async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // A server that listens on TCP has an address of this shape.
  const { port } = server.address() as { readonly port: number };
  const exporter = await startExporter({
    config: {
      hosts: [{ name: 'edge-1', url: 'unix:///nowhere.sock' }],
      status_page: { enabled: true },
      probes: [{ name: 'web', kind: 'tcp', address: `127.0.0.1:${port}`, interval: '1s' }],
    },
  });
  onTestFinished(exporter.stop);
  const directory = join(exporter.directory, 'data', 'history');
  const runsOnDisk = async () => {
    const files = (await readdir(directory)).filter((name) => name.endsWith('.json'));
    const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
    return texts
      .flatMap((text) => [...text.matchAll(/"runs":\[([^\]]*)\]/g)])
      .reduce((sum, [, runs = '']) => sum + runs.split(',').reduce((all, run) => all + Number(run), 0), 0);
  };
  const startMs = performance.now();
  const saved = await waitFor('the first save', runsOnDisk, { timeoutMs: 90_000, intervalMs: 500 });
  const elapsedSeconds = (performance.now() - startMs) / 1000;
  expect(elapsedSeconds).toBeLessThan(65);
  expect(saved).toBeGreaterThan(elapsedSeconds - 5);
  await exporter.end('SIGKILL');
  expect(await runsOnDisk()).toBe(saved);
  await exporter.start();
  await waitFor('its history, and a run after it', async () => {
    const { services } = (await (await exporter.get('/status.json')).json()) as StatusJson;
    return services[0]?.availability_ratio['30d'] === 1 && services[0].days.length > 0 && services[0].state === 'up';
  });
  await exporter.end('SIGTERM');
  // At the end all is written.
  expect(await runsOnDisk()).toBeGreaterThan(saved);
});

interface StatusJson {
  readonly services: readonly {
    readonly state: string;
    readonly availability_ratio: Readonly<Record<string, number>>;
    readonly days: readonly object[];
  }[];
}
