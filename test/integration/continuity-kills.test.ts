import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { createEndings, REASONS } from './endings.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { countEach, type EventObserver, startEventObserver } from './event-observer.ts';
import { readCounted, untilScraped } from './raw-samples.ts';
import { type ScrapedEngine, startScrapedEngine } from './scraped-engine.ts';

const KILLS = 10;
/** From the begin of a process to its end: in the first second it starts, connects and takes over what it missed. */
const LONGEST_LIFE_MS = 6000;

describe('kill -9 of the exporter at random moments', () => {
  describe('while containers end all the time', needing('docker-28', 'prometheus-3'), () => {
    let scraped: ScrapedEngine;
    let observer: EventObserver;
    let client: EngineClient;

    beforeAll(async () => {
      scraped = await startScrapedEngine();
      observer = startEventObserver(scraped.engine.socketPath);
      client = createEngineClient(scraped.engine.socketPath);
    });
    afterAll(async () => {
      await client.close();
      await observer.stop();
      await scraped.stop();
    });

    test('neither resets nor doubles a counter', { timeout: 180_000 }, async () => {
      const { exporter, prometheus } = scraped;
      const endings = await createEndings(client);
      await untilScraped(prometheus);
      const beganSeconds = Date.now() / 1000;
      const over = new AbortController();
      const ended = endings.run(() => over.signal.aborted, createTurn(scraped, observer));
      for (let kill = 0; kill < KILLS; kill++) {
        await delay(Math.random() * LONGEST_LIFE_MS);
        await exporter.end('SIGKILL');
        // Some are killed again before they are ready.
        exporter.start().catch(() => undefined);
      }
      over.abort();
      await ended;

      const counted = async (selector: string) => {
        const counters = await readCounted(prometheus, selector, beganSeconds);
        expect(counters.filter(({ resets }) => resets > 0)).toEqual([]);
        return counters.filter(({ growth }) => growth > 0);
      };
      // The reason of an end is settled half a second after it.
      for (let scrape = 0; scrape < 2; scrape++) await untilScraped(prometheus);
      const ends = observer.events().filter(({ kind }) => kind === 'container die');
      const observed = countEach(ends.map(({ name }) => name ?? ''));
      console.info('ends under ten kills:', observed);

      const byContainer = await counted('docker_container_exits_total');
      expect(Object.fromEntries(byContainer.map(({ labels, growth }) => [labelsOf(labels), growth]))).toEqual(
        Object.fromEntries(Object.entries(REASONS).map(([name, reason]) => [`${name} ${reason}`, observed[name]])),
      );
      const { crashes = 0, stopped = 0, job = 0, loops = 0 } = observed;
      const byReason = await counted('docker_exits_total');
      expect(Object.fromEntries(byReason.map(({ labels, growth }) => [labels['reason'], growth]))).toEqual({
        error: crashes + job + loops,
        requested: stopped,
      });
      expect(await counted('docker_container_restarts_total')).toMatchObject([
        { labels: { name: 'loops' }, growth: loops - 1 },
      ]);
      expect(await counted('docker_event_gaps_total')).toEqual([]);
    });
  });
});

/** An engine keeps 256 events, those of ends that are under way included. */
const MOST_UNKNOWN = 180;

/**
 * Waits while the engine has about as many events as it keeps that no answer of the exporter has told of: beyond them
 * an exporter that does not live long enough to connect, again and again, cannot know what happened.
 */
const createTurn = ({ exporter }: ScrapedEngine, observer: EventObserver) => {
  let known = 0;
  const look = async () => {
    const before = observer.events().length;
    const answer = await fetch(`${exporter.url}/metrics?collect[]=events`).catch(() => undefined);
    // What is counted is told of only when what was missed is known, and is on disk by then.
    const text = await answer?.text().catch(() => '');
    if (text?.includes('\ndocker_event_gaps_total{') === true) known = before;
  };
  return async () => {
    if (observer.events().length - known < MOST_UNKNOWN) return;
    const isKnown = async () => {
      await look();
      return observer.events().length - known < MOST_UNKNOWN;
    };
    await waitFor('an exporter that lives long enough', isKnown, { timeoutMs: 60_000, intervalMs: 100 });
  };
};

const labelsOf = ({ name, reason }: Readonly<Record<string, string>>) => `${name ?? ''} ${reason ?? ''}`;
