// What probes cost: `npm run bench:probes`. 200 of a kind every 15 s, the exporter as it is shipped, the target in a process of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../bed/child.ts';
import { script } from '../bed/command.ts';
import { startExporter } from '../bed/exporter.ts';
import { freePort } from '../bed/free-port.ts';
import { repositoryPath } from '../bed/paths.ts';
import { waitFor } from '../bed/wait-for.ts';
import { cpuMs, residentMiB } from './process-cost.ts';

const COUNT = 200;
const INTERVAL_SECONDS = 15;
/** The first runs are dearer: code is not compiled yet. */
const WARM_UP_SECONDS = 2 * INTERVAL_SECONDS;
const MEASURED_SECONDS = 4 * INTERVAL_SECONDS;

interface Targets {
  readonly port: number;
  readonly securePort: number;
  readonly caFile: string;
}

type Probe = Readonly<Record<string, unknown>>;

/** Each looks at what it gets, as a real one does. */
const cases: readonly (readonly [string, ((targets: Targets) => Probe) | undefined])[] = [
  ['nothing', undefined],
  ['tcp', ({ port }) => ({ kind: 'tcp', address: `127.0.0.1:${port}` })],
  ['http', ({ port }) => ({ kind: 'http', url: `http://127.0.0.1:${port}/`, expect: { body: '"status":"up"' } })],
  [
    'https',
    ({ securePort, caFile }) => ({
      kind: 'http',
      url: `https://localhost:${securePort}/`,
      tls: { ca_file: caFile },
      expect: { body: '"status":"up"' },
    }),
  ],
];

async function measure(probe: Probe | undefined): Promise<{ readonly cpuMs: number; readonly residentMiB: number }> {
  const names = probe === undefined ? [] : Array.from({ length: COUNT }, (_, at) => `probe-${at}`);
  const exporter = await startExporter({
    config: {
      hosts: [{ name: 'none', url: 'unix:///nonexistent/docker.sock' }],
      probe_defaults: { interval: `${INTERVAL_SECONDS}s` },
      probes: names.map((name) => ({ name, ...probe })),
    },
  });
  try {
    await delay(WARM_UP_SECONDS * 1000);
    const before = cpuMs(exporter.pid);
    await delay(MEASURED_SECONDS * 1000);
    const cost = { cpuMs: cpuMs(exporter.pid) - before, residentMiB: residentMiB(exporter.pid) };
    const { text } = await exporter.scrape();
    const succeeded = text.match(/^probe_success\{.*\} 1$/gm)?.length ?? 0;
    if (succeeded !== names.length) throw new Error(`${succeeded} of ${names.length} probes succeed`);
    return cost;
  } finally {
    await exporter.stop();
  }
}

const directory = await mkdtemp(join(tmpdir(), 'harborlight-bench-'));
await script('certificates', directory);
const targets = { port: await freePort(), securePort: await freePort(), caFile: join(directory, 'ca.pem') };
const serverScript = join(repositoryPath, 'dist/bench/test/bench/web-server.js');
const ports = [String(targets.port), String(targets.securePort)];
const server = startChild(process.execPath, [serverScript, directory, ...ports], { cwd: directory, env: {} });
try {
  await waitFor('the server', async () => (await fetch(`http://127.0.0.1:${targets.port}/`)).ok);
  const rows = [];
  let idleMs = 0;
  const runs = (COUNT * MEASURED_SECONDS) / INTERVAL_SECONDS;
  for (const [kind, probeOf] of cases) {
    const cost = await measure(probeOf?.(targets));
    if (probeOf === undefined) idleMs = cost.cpuMs;
    const ownMs = cost.cpuMs - idleMs;
    rows.push({
      kind,
      'CPU of one core %': Number((ownMs / MEASURED_SECONDS / 10).toFixed(2)),
      'CPU a run ms': Number((ownMs / runs).toFixed(2)),
      'RSS MiB': Math.round(cost.residentMiB),
    });
  }
  console.table(rows);
} finally {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
