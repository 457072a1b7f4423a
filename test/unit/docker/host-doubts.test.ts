import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { SimulatedEngine } from '../../../exporter/demo/engine.ts';
import type { MemoryFile } from '../../../exporter/docker/memory-file.ts';
import { serveEngine } from '../demo/client.ts';
import { messages, namesOf, type Watched, watch, watchSimulated } from './host-bed.ts';
import { skippableTime } from './skippable-time.ts';
import { startSpoilingProxy } from './spoiling-proxy.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
/** Beyond what a line may have. */
const LONG_LABELS = { note: 'x'.repeat(2 ** 18) };

/** One whose every event is too long, and one that makes the replay what it is on an engine. */
const fill = (engine: SimulatedEngine) => {
  engine.run({ name: 'db' });
  engine.run({ name: 'web', labels: LONG_LABELS });
  // Date headers, by which it is known what was before, have no fractions.
  engine.clock.step(2);
};

async function toldBy({ scrape }: Watched) {
  const { events, lifecycle } = await scrape();
  const exits = Object.entries(lifecycle?.exits ?? {}).filter(([, count]) => count > 0);
  return { gaps: events.totals?.gaps, reconnects: events.totals?.reconnects, exits: Object.fromEntries(exits) };
}

const tells = (watched: Watched, told: Awaited<ReturnType<typeof toldBy>>) =>
  vi.waitFor(async () => expect(await toldBy(watched)).toEqual(told), { timeout: 5000 });

test('R48: an end that came as a line above the limit is counted once, however often it is replayed', async () => {
  const { skip } = skippableTime();
  const watched = await watchSimulated(fill);
  expect(await toldBy(watched)).toEqual({ gaps: 0, reconnects: 0, exits: {} });
  skip(MINUTE_MS);
  watched.engine.die('web', 3);
  await tells(watched, { gaps: 1, reconnects: 1, exits: { unknown: 1 } });
  watched.engine.dropConnections();
  await tells(watched, { gaps: 1, reconnects: 2, exits: { unknown: 1 } });
  skip(MINUTE_MS);
  await delay(100);
  skip(SECOND_MS);
  await delay(100);
  expect(await toldBy(watched)).toEqual({ gaps: 1, reconnects: 2, exits: { unknown: 1 } });
});

/** A host that watches an engine through a proxy. */
async function watchThroughProxy() {
  const { skip } = skippableTime();
  const { engine, socketPath } = await serveEngine();
  engine.run({ name: 'db' });
  engine.clock.step(2);
  const { url, spoil } = await startSpoilingProxy(socketPath);
  const watched = watch({ url });
  await watched.up();
  return { engine, spoil, watched, skip };
}

test('an end that was garbled on its way is counted once, for the reason that its replay tells', async () => {
  const { engine, spoil, watched, skip } = await watchThroughProxy();
  skip(MINUTE_MS);
  spoil((told) => told.replaceAll('"', '#'));
  engine.die('db', 3);
  await vi.waitFor(() => expect(String(messages(watched.log))).toContain('event not understood'));
  spoil((told) => told);
  await tells(watched, { gaps: 1, reconnects: 1, exits: { error: 1 } });
  expect(watched.events.filter(({ action }) => action === 'die')).toHaveLength(1);
});

test('R41: a container of whose events none came is found within a minute, which is a gap', async () => {
  const { engine, spoil, watched, skip } = await watchThroughProxy();
  spoil((told) => told.replaceAll(/./g, ' '));
  engine.run({ name: 'web' });
  await delay(100);
  spoil((told) => told);
  skip(MINUTE_MS);
  await vi.waitFor(() => expect(engine.calls.filter(({ path }) => path === '/info')).toHaveLength(2));
  await delay(100);
  // It is looked twice: the engine may be ahead of its events.
  expect(await toldBy(watched)).toMatchObject({ gaps: 0, reconnects: 0 });
  expect(namesOf(await watched.scrape())).toEqual(['db']);
  skip(5 * SECOND_MS);
  await tells(watched, { gaps: 1, reconnects: 1, exits: {} });
  expect(namesOf(await watched.scrape())).toEqual(['db', 'web']);
  expect(messages(watched.log)).toContain('events were missed: connecting anew');
});

test('what a connection could not understand in its first minute is judged when that is over', async () => {
  const { skip } = skippableTime();
  const watched = await watchSimulated(fill);
  // The replay of the first connection is of before our time.
  skip(SECOND_MS);
  watched.engine.die('web', 3);
  for (let second = 0; second < 20; second++) {
    await delay(20);
    skip(SECOND_MS);
  }
  expect(await toldBy(watched)).toEqual({ gaps: 0, reconnects: 0, exits: {} });
  skip(MINUTE_MS);
  await tells(watched, { gaps: 1, reconnects: 1, exits: { unknown: 1 } });
});

test('a remote that sends nothing but garbage is connected to once a minute', { timeout: 30_000 }, async () => {
  const { skip } = skippableTime();
  const watched = await watchSimulated(fill);
  const { engine, log } = watched;
  const lists = () => engine.calls.filter(({ path }) => path === '/containers/json').length;
  engine.faults.add({ match: { path: /events$/ }, kind: 'malformed' });
  engine.dropConnections();
  // Nothing that is known was replayed.
  await tells(watched, { gaps: 1, reconnects: 1, exits: {} });
  const before = { lists: lists(), lines: log.length };
  const minutes = 3;
  for (let minute = 1; minute <= minutes; minute++) {
    for (let second = 0; second < 20; second++) {
      for (let event = 0; event < 20; event++) engine.pause('db');
      await delay(20);
      skip(SECOND_MS);
    }
    expect(await toldBy(watched)).toMatchObject({ gaps: minute, reconnects: minute });
    skip(MINUTE_MS);
    await tells(watched, { gaps: minute + 1, reconnects: minute + 1, exits: {} });
  }
  // Of these one in five minutes looks at the newest.
  expect(lists() - before.lists).toBeLessThanOrEqual(minutes + 1);
  expect(log.length - before.lines).toBeLessThanOrEqual(3 * minutes);
});

test('what was not understood is judged by the next process when this one is killed before', async () => {
  const copies: string[] = [];
  const recording: MemoryFile = {
    path: '',
    read: () => undefined,
    write: (text) => Promise.resolve(void copies.push(text)),
  };
  const { skip } = skippableTime();
  const { engine, socketPath, scrape, host } = await watchSimulated(fill, { memoryFile: recording });
  skip(SECOND_MS);
  engine.die('web', 3);
  await vi.waitFor(async () => {
    await scrape();
    expect(copies.at(-1)).toContain('"isUnjudged":true');
  });
  await host.stop();
  const left: MemoryFile = { path: '', read: () => copies.at(-1), write: () => Promise.resolve() };
  const next = watch({ url: `unix://${socketPath}` }, { memoryFile: left });
  await tells(next, { gaps: 1, reconnects: 0, exits: { unknown: 1 } });
  expect(copies.at(-1)).not.toContain('xxx');
});
