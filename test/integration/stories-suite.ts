import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { needing, type Part } from '../bed/need.ts';
import { startPodman } from '../bed/podman.ts';
import { waitFor } from '../bed/wait-for.ts';
import { clear } from '../stories/actions.ts';
import { stories } from '../stories/index.ts';
import {
  type Expected,
  type ExpectedContainer,
  expectedOn,
  type Stage,
  type StageKind,
  type Story,
} from '../stories/story.ts';
import { addExits, expectTold, NO_EXITS, readTold } from '../stories/told.ts';
import { createReading, createScrapes, type Scrapes } from './scrapes.ts';

/** The collectors that stories are about. */
const TOLD_BY = `?${['state', 'health', 'exits', 'restarts', 'oom', 'missing'].map((name) => `collect[]=${name}`).join('&')}`;

/** An engine with the options that some stories need. */
interface Place {
  readonly host: string;
  readonly stage: Stage;
  readonly stop: () => Promise<void>;
}

const isAlive = ({ state }: ExpectedContainer): boolean => state === 'running' || state === 'paused';

const hostOf = ({ dockerdArgs = [] }: Story): string => ['engine', ...dockerdArgs].join(' ');

const openPlace = async (kind: StageKind, host: string): Promise<Place & { readonly url: string }> => {
  if (kind === 'podman') {
    const podman = await startPodman();
    return { host, stage: podman, stop: podman.stop, url: podman.dockerHost };
  }
  const [, ...dockerdArgs] = host.split(' ');
  const engine = await startEngine({ version: kind === 'docker-28' ? '28' : '20', dockerdArgs });
  return { host, stage: engine, stop: engine.stop, url: engine.dockerHost };
};

/** All stories that such an engine can tell, on one with the options that they need. */
export const describeStories = (kind: StageKind, part: Part): void => {
  describe(`an exporter tells on ${kind} of`, needing(part, 'promtool-3', 'promtool-2', 'openmetrics-parser'), () => {
    const told = stories.filter(({ stages }) => stages.includes(kind));
    let places: readonly (Place & { readonly url: string })[];
    let exporter: Exporter;
    let scrapes: Scrapes;

    beforeAll(async () => {
      places = await Promise.all([...new Set(told.map(hostOf))].map((host) => openPlace(kind, host)));
      exporter = await startExporter({ config: { hosts: places.map(({ host, url }) => ({ name: host, url })) } });
      scrapes = createScrapes(exporter);
    });
    afterAll(async () => {
      await exporter.stop();
      await Promise.all(places.map(({ stop }) => stop()));
    });

    const placeOf = (story: Story): Place => {
      const place = places.find(({ host }) => host === hostOf(story));
      if (place === undefined) throw new Error(`no engine for ${story.name}`);
      return place;
    };
    const countedOn = async (host: string) => readTold(await scrape(), host, []).hostExits;
    const scrape = async () => createReading((await exporter.scrape({ query: TOLD_BY })).text, 'text');
    const expectTo = async (host: string, expected: Expected['before']): Promise<void> => {
      const { containers } = expectTold(expected);
      const tellsSo = async () => {
        expect(readTold(await scrape(), host, Object.keys(containers)).containers).toEqual(containers);
        return true;
      };
      await waitFor('what is told', tellsSo, { timeoutMs: 20_000, intervalMs: 200 });
    };
    const tell = async (story: Story): Promise<void> => {
      const { host, stage } = placeOf(story);
      const { before, after } = expectedOn(story, kind);
      await story.prepare(stage);
      await expectTo(host, before);
      await story.run(stage);
      await expectTo(host, after);
      await scrapes.read();
    };

    /** Returns when what that ends is counted: the next story begins with what is counted then. */
    const clearAway = async (...gone: readonly Story[]): Promise<void> => {
      const total = async () => {
        const counted = await Promise.all(places.map(({ host }) => countedOn(host)));
        return counted.flatMap(Object.values<number>).reduce((sum, count) => sum + count, 0);
      };
      const running = gone.flatMap((story) => Object.values(expectedOn(story, kind).after)).filter(isAlive);
      const before = await total();
      await Promise.all(gone.map((story) => clear(placeOf(story).stage, story)));
      await waitFor('the ends of the rest', async () => (await total()) === before + running.length);
    };

    const isOfEngine = ({ name }: Story): boolean => name.includes('engine');
    const ofContainers = told.filter((story) => !isOfEngine(story));
    test.concurrent.for(ofContainers)('$tells', { timeout: 120_000 }, tell);

    test('all of these ends, each once', async () => {
      for (const { host } of places) {
        const ends = ofContainers.filter((story) => hostOf(story) === host).map((story) => expectedOn(story, kind));
        expect(await countedOn(host)).toEqual(ends.map(({ hostExits }) => hostExits).reduce(addExits, NO_EXITS));
      }
      // Their containers would go down with the engines of the next stories.
      await clearAway(...ofContainers);
    });

    test.for(told.filter(isOfEngine))('$tells, with each end once', { timeout: 120_000 }, async (story) => {
      const { host } = placeOf(story);
      const exitsBefore = await countedOn(host);
      await tell(story);
      expect(await countedOn(host)).toEqual(addExits(exitsBefore, expectedOn(story, kind).hostExits));
      await clearAway(story);
    });

    test('all of it in a text that others can read', async () => {
      expect(await scrapes.faults()).toBe('');
    });
  });
};
