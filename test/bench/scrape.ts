// What a scrape costs: `npm run bench`. Simulated engines everywhere, real ones where test/bed/install put them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../bed/child.ts';
import { startEngine } from '../bed/engine.ts';
import { startExporter } from '../bed/exporter.ts';
import { repositoryPath } from '../bed/paths.ts';
import { waitFor } from '../bed/wait-for.ts';
import { cpuMs, familyOf, residentMiB } from './process-cost.ts';

interface Watched {
  readonly socketPath: string;
  /** The daemon, and what it started: containerd, and whatever stands between it and the containers. */
  readonly enginePids: readonly number[];
  readonly stop: () => Promise<void>;
}

interface Case {
  readonly engine: string;
  readonly containers: number;
  readonly scrapes: number;
  readonly start: (containers: number) => Promise<Watched>;
}

const cases: readonly Case[] = [
  { engine: 'simulated', containers: 20, scrapes: 100, start: startSimulated },
  { engine: 'simulated', containers: 100, scrapes: 100, start: startSimulated },
  { engine: 'simulated', containers: 500, scrapes: 50, start: startSimulated },
  { engine: '28.5', containers: 100, scrapes: 100, start: (count) => startReal('28', count) },
  { engine: '20.10', containers: 100, scrapes: 20, start: (count) => startReal('20', count) },
];
const WARM_UP = 5;
/** Scrapes that are closer share a read. */
const APART_MS = 300;

async function startSimulated(containers: number): Promise<Watched> {
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-bench-'));
  const socketPath = join(directory, 'docker.sock');
  const script = join(repositoryPath, 'dist/bench/test/bench/simulated-engine.js');
  const child = startChild(process.execPath, [script, socketPath, String(containers)], { cwd: directory, env: {} });
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { socketPath, enginePids: [child.pid], stop };
}

async function startReal(version: '28' | '20', containers: number): Promise<Watched> {
  const engine = await startEngine({ version });
  await engine.fleet(containers);
  // The containers' own processes are children of their shims, which leave the daemon's family.
  return { socketPath: engine.socketPath, enginePids: familyOf(engine.pid()), stop: engine.stop };
}

async function measure({ engine, containers, scrapes, start }: Case) {
  const watched = await start(containers);
  const exporter = await startExporter({
    config: { hosts: [{ name: 'bench', url: `unix://${watched.socketPath}` }] },
  });
  try {
    await waitFor('the engine', async () => (await exporter.scrape()).text.includes('docker_up{host="bench"} 1'), {
      timeoutMs: 60_000,
    });
    for (let round = 0; round < WARM_UP; round++) await exporter.scrape();
    const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + cpuMs(pid), 0);
    const before = { ours: cpuMs(exporter.pid), engines: sum(watched.enginePids) };
    const durations: number[] = [];
    let text = '';
    for (let round = 0; round < scrapes; round++) {
      await delay(APART_MS);
      const scrape = await exporter.scrape();
      durations.push(scrape.durationMs);
      text = scrape.text;
    }
    const sorted = durations.toSorted((a, b) => a - b);
    const quantile = (q: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0);
    return {
      engine,
      containers,
      'p50 ms': quantile(0.5),
      'p99 ms': quantile(0.99),
      'our CPU ms': Math.round((cpuMs(exporter.pid) - before.ours) / scrapes),
      "engine's CPU ms": Math.round((sum(watched.enginePids) - before.engines) / scrapes),
      'RSS MiB': Math.round(residentMiB(exporter.pid)),
      kB: Math.round(text.length / 1000),
      series: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
    };
  } finally {
    await exporter.stop();
    await watched.stop();
  }
}

const rows = [];
for (const one of cases.filter(({ engine }) => process.argv[2] === undefined || process.argv[2] === engine)) {
  rows.push(await measure(one));
}
console.table(rows);
