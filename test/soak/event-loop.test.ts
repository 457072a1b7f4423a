import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FLAVOURS } from '../../exporter/demo/flavour.ts';
import { waitFor } from '../bed/wait-for.ts';
import { startInspectedExporter } from '../integration/inspected-exporter.ts';
import { type Hold, watchLoop } from '../integration/loop-holds.ts';
import { putFirst } from '../integration/put-first.ts';
import { createScrapes } from '../integration/scrapes.ts';
import { startSimulatedHost } from '../integration/simulated.ts';

const CONTAINERS = 500;
const ROUNDS = 6;
const SCRAPES_PER_ROUND = 10;
const LONGEST_MS = 20;

const watchSimulated = async (flavour: keyof typeof FLAVOURS) => {
  const host = await startSimulatedHost(CONTAINERS, { flavour: FLAVOURS[flavour] });
  onTestFinished(host.stop);
  const exporter = await startInspectedExporter({
    config: { hosts: [{ name: 'edge-1', url: `unix://${host.socketPath}` }] },
  });
  onTestFinished(exporter.stop);
  await putFirst(exporter.pid);
  return exporter;
};

const longest = (holds: readonly Hold[], of: 'busyMs' | 'wallMs') => Math.max(0, ...holds.map((hold) => hold[of]));

describe('at 500 containers', () => {
  // The samples of the second come all at once, at a tick of the engine.
  test.each(['28.5', '20.10'] as const)('nothing keeps the event loop for more than 20 ms, of %s', async (flavour) => {
    const exporter = await watchSimulated(flavour);
    const scrapes = createScrapes(exporter);
    for (let round = 1; round <= ROUNDS; round++) {
      const endRound = await watchLoop(exporter.inspector);
      for (let scrape = 0; scrape < SCRAPES_PER_ROUND; scrape++) {
        const reading = await scrapes.read();
        expect(reading.all('docker_container_memory_usage_bytes')).toHaveLength(CONTAINERS);
        await delay(1000);
      }
      const holds = await endRound();
      const [busy, wall] = [longest(holds, 'busyMs'), longest(holds, 'wallMs')];
      console.info(`${flavour}, round ${round}: busy for ${busy.toFixed(1)} ms, held for ${wall.toFixed(1)} ms`);
      expect(holds.filter(({ busyMs }) => busyMs > LONGEST_MS)).toEqual([]);
    }
  });

  test('30 ms of work would be seen, and 100 ms without a processor do not count', async () => {
    const { inspector, signal } = await watchSimulated('28.5');
    await waitFor('it to be at rest', async () => {
      const endRest = await watchLoop(inspector);
      await delay(500);
      return (await endRest()).length === 0;
    });
    const endWork = await watchLoop(inspector);
    await inspector.evaluate(`{ const busyLoop = ${String(busyLoop)}; setTimeout(busyLoop); 0 }`);
    await delay(200);
    const worked = await endWork();
    expect(worked.filter(({ busyMs }) => busyMs > 25 && busyMs < 35)).toHaveLength(1);
    expect(worked.flatMap(({ where }) => where).join()).toContain('busyLoop');
    const endStop = await watchLoop(inspector);
    signal('SIGSTOP');
    await delay(100);
    signal('SIGCONT');
    await delay(100);
    const stopped = await endStop();
    expect(longest(stopped, 'wallMs')).toBeGreaterThan(95);
    expect(longest(stopped, 'busyMs')).toBeLessThan(LONGEST_MS);
  });
});

/** Runs there. */
const busyLoop = () => {
  const endMs = performance.now() + 30;
  while (performance.now() < endMs);
};
