import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectors } from '../../exporter/collectors/index.ts';
import { type Engine, startEngine } from '../bed/engine.ts';
import { startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { scrapeDuring } from './churn.ts';
import { composeUp, lastEventMs, listedStates } from './compose-up.ts';
import { type InspectedExporter, startInspectedExporter } from './inspected-exporter.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { createScrapes, type Scrapes } from './scrapes.ts';
import { startSimulatedHost } from './simulated.ts';
import { type MinuteOfCalls, watchSteadyMinute } from './steady-minute.ts';

const CONTAINERS = 100;
const CHURN = { containers: 200, places: 8 };
const TOLERATED_HEAP_BYTES = 10 * 2 ** 20;
/** What is told of containers that are there: what became of others is told under their names for longer. */
const OF_CONTAINERS = new Set(
  collectors
    .flatMap(({ families }) => families.filter(({ scope }) => scope.name === 'container'))
    .map(({ name }) => name),
);

describe('the inventory', () => {
  let minute: Promise<MinuteOfCalls>;
  const stops: (() => Promise<void>)[] = [];

  // The minute passes while the other tests run.
  beforeAll(async () => {
    const host = await startSimulatedHost(CONTAINERS);
    const proxy = await startRecordingProxy(host.socketPath);
    const exporter = await startExporter({ config: { hosts: [{ name: 'quiet', url: proxy.url }] } });
    stops.push(exporter.stop, proxy.close, host.stop);
    minute = watchSteadyMinute(proxy, createScrapes(exporter));
    minute.catch(() => undefined);
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  describe(
    'of a real engine',
    needing('docker-28', 'compose', 'promtool-3', 'promtool-2', 'openmetrics-parser'),
    () => {
      let engine: Engine;
      let proxy: RecordingProxy;
      let exporter: InspectedExporter;
      let scrapes: Scrapes;

      beforeAll(async () => {
        engine = await startEngine();
        await Promise.all(
          Object.entries({ first: '64m', second: '128m', leaving: '32m' }).map(([name, memory]) =>
            engine.docker(
              'run',
              '--detach',
              '--name',
              name,
              '--memory',
              memory,
              'testbed/busybox:1',
              'sleep',
              '100000',
            ),
          ),
        );
        proxy = await startRecordingProxy(engine.socketPath);
        exporter = await startInspectedExporter({ config: { hosts: [{ name: 'edge-1', url: proxy.url }] } });
        scrapes = createScrapes(exporter);
      });
      afterAll(async () => {
        await exporter.stop();
        await proxy.close();
        await engine.stop();
      });

      /** Waits until each name stands for the container that the engine gives it, in its state, and no other name is left. */
      const untilRight = async () => {
        const listed = await listedStates(engine);
        return waitFor(
          'the engine and the exporter to agree',
          async () => {
            const reading = await scrapes.read();
            const told = reading.all('docker_container_info').map(({ labels: { name = '', id = '' } }) => {
              return `${name} ${id} ${reading.which('state', 'docker_container_state', { name }) ?? ''}`;
            });
            expect(told.sort()).toEqual([...listed].sort());
            const named = reading.samples.filter(({ name }) => OF_CONTAINERS.has(name));
            expect(new Set(named.map(({ labels }) => labels['name'])).size).toBe(listed.length);
            return reading;
          },
          { timeoutMs: 1000 },
        );
      };

      test('has nothing of what was removed a second later', async () => {
        await engine.docker('rm', '--force', 'leaving');
        await untilRight();
      });

      test('has two that swap their names under their new ones a second later', async () => {
        for (const names of [
          ['first', 'third'],
          ['second', 'first'],
          ['third', 'second'],
        ]) {
          await engine.docker('rename', ...names);
        }
        const reading = await untilRight();
        const limits = ['first', 'second'].map((name) =>
          reading.value('docker_container_memory_limit_bytes', { name }),
        );
        expect(limits).toEqual([2 ** 27, 2 ** 26]);
      });

      test('keeps nothing of 200 containers that come and go under a scrape a second', {
        timeout: 180_000,
      }, async () => {
        const before = await untilRight();
        const heapBefore = await exporter.heapBytes();
        await scrapeDuring(scrapes, engine.socketPath, CHURN);
        const after = await untilRight();
        for (const action of ['create', 'start', 'destroy']) {
          const [countBefore = 0, countAfter = 0] = [before, after].map((reading) =>
            reading.value('docker_events_total', { type: 'container', action }),
          );
          expect({ action, count: countAfter - countBefore }).toEqual({ action, count: CHURN.containers });
        }
        expect((await exporter.heapBytes()) - heapBefore).toBeLessThan(TOLERATED_HEAP_BYTES);
      });

      test('R44: has 100 containers of docker compose up a second later, with three inspects each', async () => {
        proxy.takeCalls();
        await composeUp(engine, CONTAINERS);
        const reading = await untilRight();
        expect(Date.now() - (await lastEventMs(engine))).toBeLessThan(1500);
        expect(reading.all('docker_container_start_time_seconds', { compose_project: 'shop' })).toHaveLength(
          CONTAINERS,
        );
        const inspects = inspectsPerContainer(proxy.takeCalls());
        expect(inspects.size).toBeGreaterThanOrEqual(CONTAINERS);
        expect(Math.max(...inspects.values())).toBeLessThanOrEqual(3);
      });

      test('has what compose recreates a second later, under the old names', async () => {
        await composeUp(engine, 4, '--force-recreate', '--timeout', '0');
        await untilRight();
      });

      test('gives valid texts all the time', { timeout: 60_000 }, async () => {
        expect(await scrapes.faults()).toBe('');
      });
    },
  );

  test('costs an engine with 100 containers no list of all and one /info a minute', { timeout: 90_000 }, async () => {
    const { infos, listsOfNewest, inspects, ...calls } = await minute;
    expect(calls).toEqual({ listsOfAll: 0, oneShotStats: 4 * CONTAINERS, others: [] });
    // Each container is asked about again once in a minute.
    expect(inspects).toBeLessThanOrEqual(1.1 * CONTAINERS);
    expect(infos).toBeLessThanOrEqual(1);
    expect(listsOfNewest).toBeLessThanOrEqual(1);
  });
});

const inspectsPerContainer = (calls: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const id = /^GET \/containers\/([0-9a-f]{64})\/json$/.exec(call)?.[1];
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
};
