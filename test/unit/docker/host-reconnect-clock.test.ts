import { expect, test, vi } from 'vitest';
import { watchSimulated } from './host-bed.ts';

test('R9: of 200 events after the clock of the engine stepped back none is lost, and no gap is told', async () => {
  const { engine, events, scrape } = await watchSimulated((it) =>
    it.run({ name: 'web', restart: { policy: 'always' } }),
  );
  engine.dropConnections();
  engine.clock.step(-3600);
  for (let end = 0; end < 10; end++) {
    engine.die('web', 3);
    engine.start('web');
  }
  for (let round = 0; round < 80; round++) {
    engine.pause('web');
    engine.unpause('web');
  }
  await vi.waitFor(
    async () => expect((await scrape()).lifecycle?.exits).toMatchObject({ error: 10, unknown: 0, requested: 0 }),
    { timeout: 5000 },
  );
  expect(events.filter(({ action }) => action === 'pause')).toHaveLength(80);
  expect((await scrape()).events.totals).toMatchObject({ gaps: 0, reconnects: 1 });
});

test('the counters of a new container are told though the clock of its engine is ahead of ours', async () => {
  const { engine, scrape } = await watchSimulated((it) => it.clock.step(60));
  engine.run({ name: 'web' });
  await vi.waitFor(async () => expect((await scrape()).containers).toHaveLength(1));
  expect((await scrape()).lifecycle?.containers).toHaveLength(1);
});
