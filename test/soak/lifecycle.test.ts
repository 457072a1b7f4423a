import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../bed/command.ts';
import { startExporter } from '../bed/exporter.ts';
import { waitFor } from '../bed/wait-for.ts';
import { cpuMs } from '../bench/process-cost.ts';
import { startInspectedExporter } from '../integration/inspected-exporter.ts';
import { watchLoop } from '../integration/loop-holds.ts';
import { createScrapes, type Reading } from '../integration/scrapes.ts';
import { startSimulatedHost } from '../integration/simulated.ts';
import { everything, flood, healthcheck, runContainers } from './event-flood.ts';

const CONTAINERS = 100;
const MINUTE_MS = 60_000;
const MOST_CORES = 0.02;
/** An engine waits for so long for a reader that takes nothing. */
const DROPPED_AFTER_MS = 100;

const startHost = async (settings: object = {}) => {
  const host = await startSimulatedHost(0);
  onTestFinished(host.stop);
  runContainers(host.engine, CONTAINERS);
  return {
    engine: host.engine,
    config: { hosts: [{ name: 'edge-1', url: `unix://${host.socketPath}` }], ...settings },
  };
};

const eventsOf = (reading: Reading) => reading.all('docker_events_total').reduce((sum, { value }) => sum + value, 0);

test.each([
  { what: 'of healthchecks alone', happening: healthcheck },
  { what: 'of all kinds', happening: everything },
  { what: 'of all kinds, without documents', happening: everything, documents: { events: false } },
])('10,000 events a minute $what cost at most 2 % of a core', async ({ what, happening, ...settings }) => {
  const { engine, config } = await startHost(settings);
  const exporter = await startExporter({ config });
  onTestFinished(exporter.stop);
  const scrapes = createScrapes(exporter);
  // Compiled by then.
  await flood(engine, happening, MINUTE_MS / 2);
  await delay(2000);
  const coresOver = async (work: () => Promise<unknown>) => {
    const [startMs, startCpuMs] = [performance.now(), cpuMs(exporter.pid)];
    await work();
    return (cpuMs(exporter.pid) - startCpuMs) / (performance.now() - startMs);
  };
  const quiet = await coresOver(() => delay(MINUTE_MS));
  const before = eventsOf(await scrapes.read());
  let events = 0;
  const busy = await coresOver(async () => {
    events = await flood(engine, happening, MINUTE_MS);
  });
  await waitFor('all of them', async () => eventsOf(await scrapes.read()) === before + events);
  const percent = (cores: number) => `${(cores * 100).toFixed(2)} %`;
  console.info(`${events} events ${what}: ${percent(busy - quiet)} of a core, quiet ${percent(quiet)}`);
  expect(busy - quiet).toBeLessThanOrEqual(MOST_CORES);
});

test('R44: 10,000 events a minute are read without a pause in which an engine would drop one', async () => {
  const { engine, config } = await startHost();
  const exporter = await startInspectedExporter({ config });
  onTestFinished(exporter.stop);
  const scrapes = createScrapes(exporter);
  await flood(engine, everything, MINUTE_MS / 6);
  const before = eventsOf(await scrapes.read());
  // Before other programs, where that is allowed: what the machine does beside is not what is measured.
  await runCommand('chrt', ['--all-tasks', '--fifo', '--pid', '1', String(exporter.pid)]);
  const endWatch = await watchLoop(exporter.inspector);
  const flooding = flood(engine, everything, MINUTE_MS);
  while (!(await Promise.race([flooding.then(() => true), delay(5000, false)]))) await scrapes.read();
  const holds = await endWatch();
  const longest = (of: 'busyMs' | 'wallMs') => Math.max(0, ...holds.map((hold) => hold[of]));
  console.info(
    `longest hold: busy for ${longest('busyMs').toFixed(0)} ms, held for ${longest('wallMs').toFixed(0)} ms`,
  );
  expect(holds.filter(({ busyMs }) => busyMs >= DROPPED_AFTER_MS)).toEqual([]);
  const events = await flooding;
  await waitFor('all of them', async () => eventsOf(await scrapes.read()) === before + events);
});
