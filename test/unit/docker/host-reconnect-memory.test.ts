import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { SimulatedEngine } from '../../../exporter/demo/engine.ts';
import { FLAVOURS } from '../../../exporter/demo/flavour.ts';
import type { MemoryFile } from '../../../exporter/docker/memory-file.ts';
import { type Watched, watch, watchSimulated } from './host-bed.ts';

/** What a process that is killed now would leave. */
function recordingFile(): MemoryFile & { readonly copies: string[] } {
  const copies: string[] = [];
  return {
    path: '',
    copies,
    read: () => undefined,
    write: (text) => {
      copies.push(text);
      return Promise.resolve();
    },
  };
}

const fileWith = (copy: string): MemoryFile => ({ path: '', read: () => copy, write: () => Promise.resolve() });

/** Each step makes events; what an engine tells of one end comes in several. */
const STEPS: readonly ((engine: SimulatedEngine) => void)[] = [
  (it) => it.die('web', 3),
  (it) => it.start('web'),
  (it) => it.die('loop', 5),
  (it) => it.start('loop'),
  (it) => it.kill('web', 1),
  (it) => it.die('web', 0),
  (it) => it.start('web'),
  (it) => it.stop('web'),
  (it) => it.oom('db'),
  (it) => it.start('db'),
  (it) => it.die('loop', 5),
  (it) => it.start('loop'),
  (it) => it.run({ name: 'job', autoRemove: true }),
  (it) => it.die('job', 7),
  (it) => it.rename('web', 'shop'),
  (it) => it.start('shop'),
  (it) => it.kill('shop'),
  (it) => it.destroy('db'),
  (it) => it.run({ name: 'db' }),
  (it) => it.die('db', 1),
];

/** All that is counted, without the times since when. */
async function countersOf({ scrape }: Watched) {
  const { events, lifecycle } = await scrape();
  return {
    gaps: events.totals?.gaps,
    events: events.totals?.counts.filter(([, , count]) => count > 0),
    exits: lifecycle?.exits,
    containers: lifecycle?.containers.map(({ sinceSeconds: _since, ...counters }) => counters),
  };
}

test.each(['28.5', '20.10'] as const)(
  'whenever the process is killed, the next one counts what this one would have, on %s',
  { timeout: 60_000 },
  async (version) => {
    const memoryFile = recordingFile();
    const fill = (engine: SimulatedEngine) => {
      for (const name of ['web', 'db']) engine.run({ name });
      engine.run({ name: 'loop', restart: { policy: 'always' } });
    };
    const watched = await watchSimulated(fill, {
      memoryFile,
      engine: { flavour: { ...FLAVOURS[version], oneShot: 'direct' } },
    });
    await watched.scrape();
    // Nothing was told yet: before the first answer it could be another beginning.
    memoryFile.copies.splice(0, memoryFile.copies.length - 1);
    for (const step of STEPS) {
      step(watched.engine);
      // An event arrives within a millisecond or two, its inspect some later; a scrape saves what is known then.
      for (const afterMs of [1, 4, 20]) {
        await delay(afterMs);
        await watched.scrape();
      }
    }
    await vi.waitFor(async () => {
      expect((await watched.scrape()).lifecycle?.exits).toEqual({
        requested: 3,
        success: 1,
        error: 5,
        signal: 0,
        oom: 1,
        unknown: 0,
      });
    }, 5000);
    const expected = await countersOf(watched);
    expect(expected.gaps).toBe(0);
    const copies = [...new Set(memoryFile.copies)];
    expect(copies.length).toBeGreaterThan(STEPS.length);
    const nexts = copies.map((copy) => watch({ url: `unix://${watched.socketPath}` }, { memoryFile: fileWith(copy) }));
    const counters = () => Promise.all(nexts.map(countersOf));
    const all = copies.map(() => expected);
    await vi.waitFor(async () => expect(await counters()).toEqual(all), { timeout: 30_000 });
    // Longer than anything is pending.
    await delay(1500);
    expect(await counters()).toEqual(all);
  },
);
