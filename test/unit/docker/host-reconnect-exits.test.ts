import { expect, test, vi } from 'vitest';
import { type Watched, watchSimulated } from './host-bed.ts';

const gapsOf = async ({ scrape }: Watched) => (await scrape()).events.totals?.gaps;
const exitsOf = async ({ scrape }: Watched) => (await scrape()).lifecycle?.exits;
const untilConnectedAgain = (watched: Watched) =>
  vi.waitFor(
    async () => expect((await watched.scrape()).events).toMatchObject({ up: true, totals: { reconnects: 1 } }),
    {
      timeout: 5000,
    },
  );

test('R15: an end that no event told of is counted though a later event of the same container came first', async () => {
  const watched = await watchSimulated((it) => it.run({ name: 'web' }));
  const { engine } = watched;
  engine.restartDaemon(() => engine.die('web', 3));
  // As when its policy starts it with the engine.
  engine.start('web');
  await vi.waitFor(async () => expect(await gapsOf(watched)).toBe(1), { timeout: 5000 });
  await vi.waitFor(async () => expect(await exitsOf(watched)).toMatchObject({ unknown: 1 }), { timeout: 3000 });
});

test('R15: an end that no event told of is counted though the engine never had an event', async () => {
  const watched = await watchSimulated((it) => {
    it.run({ name: 'web' });
    it.restartDaemon();
  });
  watched.engine.restartDaemon(() => watched.engine.die('web', 3));
  await untilConnectedAgain(watched);
  await vi.waitFor(async () => expect(await exitsOf(watched)).toMatchObject({ unknown: 1 }), { timeout: 3000 });
});

test('R9: an engine that never had an event, and whose stream is cut, has no gap', async () => {
  const watched = await watchSimulated((it) => {
    it.run({ name: 'web' });
    it.restartDaemon();
  });
  watched.engine.dropConnections();
  await untilConnectedAgain(watched);
  expect(await gapsOf(watched)).toBe(0);
  expect(Object.values((await exitsOf(watched)) ?? {})).toEqual([0, 0, 0, 0, 0, 0]);
});
