import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { seriesKey } from '../contract/exposition-rules.ts';
import { createScrapes, type Reading, type Scrapes } from './scrapes.ts';

const FLEET = 10;
const RUNNING = 9;
const CHECKED = 2;
const FROZEN = 'edge-3';
const OTHERS = '?host=edge-1&host=edge-2';
/** The other format has series of its own: those that say since when a counter counts. */
const FORMAT = 'text';
/** A scrape that starts sooner after another would share its reads. */
const APART_MS = 300;
const ROUNDS = 10;

describe('of three engines one is stopped by SIGSTOP', () => {
  describe('in its tracks', needing('docker-28', 'promtool-3', 'promtool-2', 'openmetrics-parser'), () => {
    let engines: readonly Engine[];
    let exporter: Exporter;
    let scrapes: Scrapes;
    let frozenPid: number;

    beforeAll(async () => {
      const [first, second, third] = await Promise.all([startEngine(), startEngine(), startEngine()]);
      engines = [first, second, third];
      await Promise.all(engines.map((engine) => engine.fleet(FLEET)));
      const hosts = engines.map(({ dockerHost }, index) => ({ name: `edge-${index + 1}`, url: dockerHost }));
      exporter = await startExporter({ config: { hosts } });
      scrapes = createScrapes(exporter);
      // With the last checks of their health, which have series of their own.
      await waitFor('all containers', async () => {
        const reading = await scrapes.read();
        const checked = reading.all('docker_container_health_check_exit_code').length;
        return sampled(reading) === 3 * RUNNING && checked === 3 * CHECKED;
      });
      frozenPid = third.pid();
      process.kill(frozenPid, 'SIGSTOP');
      await delay(APART_MS);
    });
    afterAll(async () => {
      await exporter.stop();
      await Promise.all(engines.map((engine) => engine.stop()));
    });

    test('the first scrape comes inside its deadline, complete for the others', async () => {
      const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': '10' };
      const reading = await scrapes.read({ headers, format: FORMAT });
      expect(reading.durationMs).toBeLessThan(10_000);
      expectFrozen(reading);
      // R22: the kernel's files tell of the frozen one's containers all the same.
      expect([known(reading), sampled(reading)]).toEqual([2 * FLEET, 3 * RUNNING]);
      expect(seriesOfOthers(reading)).toEqual(seriesOfOthers(await scrapes.read({ query: OTHERS, format: FORMAT })));
    });

    test('the following are at most 100 ms slower than without it, and complete for the others', async () => {
      const readApart = async (query = '') => {
        await delay(APART_MS);
        return scrapes.read({ query, format: FORMAT });
      };
      let before = await readApart(OTHERS);
      for (let round = 0; round < ROUNDS; round++) {
        const reading = await readApart();
        const after = await readApart(OTHERS);
        expectFrozen(reading);
        expect(seriesOfOthers(reading)).toEqual(seriesOfOthers(after));
        // What slows the machine down for a while slows down one of its neighbours as well.
        expect(reading.durationMs - Math.max(before.durationMs, after.durationMs)).toBeLessThan(100);
        before = after;
      }
    });

    test('it is complete within 15 s of SIGCONT', async () => {
      process.kill(frozenPid, 'SIGCONT');
      await waitFor('all containers', async () => known(await scrapes.read()) === 3 * FLEET, { timeoutMs: 15_000 });
      expect(await scrapes.faults()).toBe('');
    }, 30_000);
  });
});

/** By their engine. */
const known = (reading: Reading): number => reading.all('docker_container_info').length;

const sampled = (reading: Reading): number => reading.all('docker_container_memory_usage_bytes').length;

const expectFrozen = (reading: Reading): void => {
  expect(reading.all('docker_up').map(({ value }) => value)).toEqual([1, 1, 0]);
  expect(reading.which('reason', 'docker_down_reason', { host: FROZEN })).toBe('timeout');
  expect(reading.all('docker_container_state', { host: FROZEN })).toEqual([]);
};

/** The series of the other engines and their containers, without values. */
const seriesOfOthers = (reading: Reading): readonly string[] =>
  reading.samples
    .filter(({ name, labels: { host } }) => name.startsWith('docker_') && host !== FROZEN)
    .map(({ name, labels }) => seriesKey(name, labels));
