import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { needing } from '../bed/need.ts';
import { readCounted, untilScraped } from './raw-samples.ts';
import { type ScrapedEngine, startScrapedEngine } from './scraped-engine.ts';

describe('counters in a real Prometheus', () => {
  describe('that scrapes every second', needing('docker-28', 'prometheus-3'), () => {
    let scraped: ScrapedEngine;
    let beganSeconds: number;

    beforeAll(async () => {
      scraped = await startScrapedEngine();
      await run('web', 'exit 3');
    });
    afterAll(() => scraped.stop());
    beforeEach(async () => {
      await untilScraped(scraped.prometheus);
      beganSeconds = Date.now() / 1000;
    });

    /** Resolves when it has ended. */
    const run = (name: string, command: string, ...options: readonly string[]) =>
      scraped.engine
        .docker('run', '--name', name, ...options, 'testbed/busybox:1', 'sh', '-c', command)
        .catch(() => undefined);

    /** What grew since the test began, by reason. Throws for a counter that went back. */
    const grown = async (selector: string): Promise<Readonly<Record<string, number>>> => {
      // The reason of an end is settled half a second after it.
      for (let scrape = 0; scrape < 2; scrape++) await untilScraped(scraped.prometheus);
      const counters = await readCounted(scraped.prometheus, selector, beganSeconds);
      expect(counters.filter(({ resets }) => resets > 0)).toEqual([]);
      return Object.fromEntries(
        counters.filter(({ growth }) => growth > 0).map(({ labels, growth }) => [labels['reason'] ?? '', growth]),
      );
    };

    test.each(['SIGTERM', 'SIGKILL'] as const)(
      'a crash while the exporter is down, ended by %s, is counted once',
      async (signal) => {
        const { engine, exporter } = scraped;
        await exporter.end(signal);
        await engine.docker('start', '--attach', 'web').catch(() => undefined);
        await exporter.start();
        expect(await grown('docker_exits_total')).toEqual({ error: 1 });
        expect(await grown('docker_container_exits_total{name="web"}')).toEqual({ error: 1 });
      },
    );

    test('the crash of a container that is gone before a scrape is counted once', async () => {
      await run('job', 'exit 3', '--rm');
      expect(await grown('docker_exits_total')).toEqual({ error: 1 });
    });

    test('the first crash of a container that is younger than a scrape is counted once', async () => {
      await run('young', 'exit 3');
      expect(await grown('docker_exits_total')).toEqual({ error: 1 });
    });

    test('Prometheus has nothing to warn about', () => {
      expect(scraped.prometheus.log()).not.toMatch(/level=(warn|error)/i);
    });
  });
});
