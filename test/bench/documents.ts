// What documents cost: `npm run bench:documents`. Each run is a process on one core, the store that keeps nothing on another.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../bed/child.ts';
import { command, plainEnvironment } from '../bed/command.ts';
import { nodeOptions } from '../bed/exporter.ts';
import { freePort } from '../bed/free-port.ts';
import { repositoryPath } from '../bed/paths.ts';
import { startStore } from '../bed/store.ts';
import { waitFor } from '../bed/wait-for.ts';
import type { DocumentCost, DocumentRun } from './document-run.ts';
import { median } from './median.ts';

const ROUNDS = 3;
const compiled = (name: string) => join(repositoryPath, 'dist/bench/test/bench', name);

type Case = readonly [name: string, run: Omit<DocumentRun, 'url'>, options: readonly string[]];
const spool: Omit<DocumentRun, 'url'> = { by: 'spool', documents: 500_000 };
const library: Omit<DocumentRun, 'url'> = { by: 'pino-elasticsearch', documents: 300_000 };
const cases: readonly Case[] = [
  ['spool, synced', spool, nodeOptions],
  ['spool, synced, gzip', { ...spool, gzip: true }, nodeOptions],
  ['spool, synced, heap as Node sizes it', spool, []],
  ['spool, synced, gzip, heap as Node sizes it', { ...spool, gzip: true }, []],
  ['the making of the documents, which is in all of these', { by: 'nobody', documents: 500_000 }, nodeOptions],
  ['pino-elasticsearch, its default', { ...library, documents: 100_000 }, []],
  ['pino-elasticsearch, 1 MB', { ...library, flushBytes: 1_000_000 }, []],
];

const port = await freePort();
const store = startChild('taskset', ['-c', '1', process.execPath, compiled('no-op-store.js'), String(port)], {
  cwd: tmpdir(),
  env: {},
});
try {
  const url = `http://127.0.0.1:${port}`;
  await waitFor('the store', async () => (await fetch(url)).ok);
  const costs = new Map<string, DocumentCost[]>(cases.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, run, options] of cases) {
      // Counted anew by each run of the library.
      await fetch(`${url}/reset`);
      costs.get(name)?.push(await measure({ ...run, url }, options));
    }
  console.table(
    cases.map(([name, { documents }]) => {
      const all = costs.get(name) ?? [];
      return {
        by: name,
        'documents/s': Math.round(documents / median(all.map(({ seconds }) => seconds))),
        'documents/CPU s': Math.round(documents / median(all.map(({ cpuSeconds }) => cpuSeconds))),
        'RSS MiB': Math.round(Math.max(...all.map(({ residentMiB }) => residentMiB))),
      };
    }),
  );
} finally {
  await store.stop();
}

for (const product of ['opensearch', 'elasticsearch'] as const) {
  const real = await startStore({ product, version: product === 'opensearch' ? '2' : '8' });
  try {
    const headers = { 'content-type': 'application/json' };
    const template = JSON.stringify({ index_patterns: ['logs-*-*'], data_stream: {}, priority: 250 });
    const made = await fetch(`${real.url}/_index_template/logs`, { method: 'PUT', headers, body: template });
    if (!made.ok) throw new Error(`the template is answered with ${made.status}`);
    const { latency, residentMiB } = await measure(
      { url: real.url, by: 'spool', documents: 30_000, rate: 1000 },
      nodeOptions,
    );
    console.log(
      `${product}, 512 MiB heap, 1,000/s: ms from append to stored`,
      latency,
      `RSS ${Math.round(residentMiB)} MiB`,
    );
  } finally {
    await real.stop();
  }
}

async function measure(run: DocumentRun, options: readonly string[]): Promise<DocumentCost> {
  const program = [process.execPath, ...options, compiled('document-run.js'), JSON.stringify(run)];
  const env = { ...plainEnvironment(), UV_THREADPOOL_SIZE: '16' };
  const output = await command('taskset', ['-c', '0', ...program], { env });
  // The program beside prints it.
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as DocumentCost;
}
