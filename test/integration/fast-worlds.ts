import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createHost } from '../../exporter/docker/host.ts';
import { createIdentify } from '../../exporter/docker/identify.ts';
import { createMemoryFile } from '../../exporter/docker/memory-file.ts';
import type { DockerEvent } from '../../exporter/model/event.ts';
import type { HostSnapshot } from '../../exporter/model/world.ts';
import { waitFor } from '../bed/wait-for.ts';

/** An engine that is watched whole, of which one container is shown: its World is there within milliseconds. */
export interface FastWorlds {
  /**
   * Lets something happen, and looks again and again until it shows. Gives the milliseconds from the time that the
   * engine wrote into its event to the end of the first look that shows it.
   */
  readonly latencyMs: (happening: Happening) => Promise<number>;
  readonly look: () => Promise<HostSnapshot>;
  readonly stop: () => Promise<void>;
}

export interface Happening {
  readonly act: () => Promise<unknown>;
  /** The first such event after `act` began counts. */
  readonly isEvent: (event: DockerEvent) => boolean;
  readonly shows: (world: HostSnapshot, before: HostSnapshot) => boolean;
}

const DEADLINE_MS = 5000;
const PATIENCE_MS = 10_000;

export const watchWorlds = async (url: string, shown: string): Promise<FastWorlds> => {
  const directory = await mkdtemp(join(tmpdir(), 'fast-worlds-'));
  const events: DockerEvent[] = [];
  const host = createHost({
    name: 'edge-1',
    address: { url },
    timeoutMs: DEADLINE_MS,
    memoryFile: createMemoryFile(directory, 'edge-1'),
    logger: pino({ enabled: false }),
    onCall: () => undefined,
    onSampleFailure: () => undefined,
    onEvent: (event) => void events.push(event),
  });
  const identify = createIdentify({
    host: 'edge-1',
    allowedLabels: [],
    isIncluded: ({ name }) => name === shown,
    isExpected: () => false,
    tags: () => [],
  });
  const look = () => host.observe({ identify, minAgeSeconds: 0, expected: new Map() }, DEADLINE_MS);
  await waitFor('the engine', () => host.status().phase === 'up', { timeoutMs: 30_000 });
  return {
    look,
    latencyMs: async ({ act, isEvent, shows }) => {
      const before = await look();
      events.splice(0);
      const acted = act();
      const beganMs = performance.now();
      let shownAtMs: number | undefined;
      while (performance.now() - beganMs < PATIENCE_MS) {
        const world = await look();
        if (shownAtMs === undefined && shows(world, before)) shownAtMs = performance.timeOrigin + performance.now();
        // An end is told half a second after it shows, with its reason.
        const event = events.find(isEvent);
        if (event === undefined || shownAtMs === undefined) continue;
        await acted;
        return shownAtMs - Number(event.timeNano) / 1e6;
      }
      throw new Error('nothing shows');
    },
    stop: async () => {
      await host.stop();
      await rm(directory, { recursive: true });
    },
  };
};
