import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEngine } from '../bed/engine.ts';
import { startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { runPath } from '../bed/paths.ts';
import { descendantsOf } from '../bed/process-tree.ts';
import { waitFor } from '../bed/wait-for.ts';
import { createScrapes } from '../integration/scrapes.ts';

/** Long enough for the longest pause between two attempts to connect. */
const FROZEN_MS = 70_000;

describe('an engine that does not answer for a long time', () => {
  test('is complete within 15 s of SIGCONT, whenever that comes', needing('docker-28'), async () => {
    const engine = await startEngine();
    onTestFinished(engine.stop);
    await engine.fleet(10);
    const exporter = await startExporter({ config: { hosts: [{ name: 'edge-1', url: engine.dockerHost }] } });
    onTestFinished(exporter.stop);
    const scrapes = createScrapes(exporter);
    const isComplete = async () => (await scrapes.read()).all('docker_container_info').length === 10;
    await waitFor('all containers', isComplete);
    for (const moreMs of [0, 3000, 6000, 9000, 12_000]) {
      process.kill(engine.pid(), 'SIGSTOP');
      for (let frozenMs = 0; frozenMs < FROZEN_MS + moreMs; frozenMs += 1000) {
        await scrapes.read();
        await delay(1000);
      }
      process.kill(engine.pid(), 'SIGCONT');
      const startMs = performance.now();
      await waitFor('all containers', isComplete, { timeoutMs: 15_000 });
      console.info(`complete ${Math.round(performance.now() - startMs)} ms after SIGCONT`);
    }
    expect(await scrapes.faults()).toBe('');
  });

  test(
    'is watched again over a new ssh connection when the old one is silent',
    needing('docker-28', 'ssh'),
    async () => {
      const engine = await startEngine();
      onTestFinished(engine.stop);
      const { url, keyFile, knownHostsFile } = await engine.ssh();
      const ssh = { key_file: keyFile, known_hosts_file: knownHostsFile };
      const exporter = await startExporter({
        config: { hosts: [{ name: 'edge-1', url: url + engine.socketPath, ssh }] },
      });
      onTestFinished(exporter.stop);
      const scrapes = createScrapes(exporter);
      await waitFor('the engine', async () => (await scrapes.read()).value('docker_up') === 1);
      const server = Number(await readFile(join(runPath, engine.name, 'ssh/sshd.pid'), 'utf8'));
      const sessions = descendantsOf(server);
      const toSessions = (signal: NodeJS.Signals) => {
        for (const pid of sessions) process.kill(pid, signal);
      };
      toSessions('SIGSTOP');
      // A stopped process heeds no SIGTERM.
      onTestFinished(() => toSessions('SIGCONT'));
      const startMs = performance.now();
      await waitFor('its end', async () => (await scrapes.read()).value('docker_up') === 0);
      await waitFor('its return', async () => (await scrapes.read()).value('docker_up') === 1, { timeoutMs: 40_000 });
      console.info(`watched again ${Math.round(performance.now() - startMs)} ms after ssh fell silent`);
    },
  );
});
