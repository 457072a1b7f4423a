import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { createHistory } from '../../../../exporter/probes/history/history.ts';
import { MAX_SERVICES } from '../../../../exporter/probes/history/tallies.ts';
import { bad, DAY, emptyDirectory, filesIn, good, NOON, openHistory, readDay, web } from './history-bed.ts';

describe('what is remembered of a probe', () => {
  test('is nothing before it ran', async () => {
    const { history } = await openHistory(await emptyDirectory());
    expect(history.look()(web)).toBeUndefined();
  });

  test('are its runs over a day, a week and a month, by the hour', async () => {
    const { history, now } = await openHistory(await emptyDirectory(), { atSeconds: NOON - 31 * DAY });
    history.record(web, bad);
    for (const before of [29 * DAY, 6 * DAY, 86_400 - 1800, 3600, 0]) {
      now.seconds = NOON - before;
      history.record(web, good);
    }
    history.record(web, bad);
    expect(history.look()(web)?.windows).toEqual({
      '24h': { runs: 4, goodRuns: 3, goodSeconds: 0.75 },
      '7d': { runs: 5, goodRuns: 4, goodSeconds: 1 },
      '30d': { runs: 6, goodRuns: 5, goodSeconds: 1.25 },
    });
  });

  test('are its days, the last ninety of them', async () => {
    const { history, now } = await openHistory(await emptyDirectory(), { atSeconds: NOON - 89 * DAY });
    history.record(web, good);
    now.seconds = NOON;
    history.record(web, bad);
    const days = history.look()(web)?.days ?? [];
    expect(days).toHaveLength(90);
    expect(days[0]).toEqual({ date: '2026-07-08', runs: 1, goodRuns: 1, goodSeconds: 0.25 });
    expect(days[1]).toEqual({ date: '2026-07-09', runs: 0, goodRuns: 0, goodSeconds: 0 });
    expect(days[89]).toEqual({ date: '2026-10-05', runs: 1, goodRuns: 0, goodSeconds: 0 });
  });

  test('is since when it is as it is', async () => {
    const { history, now } = await openHistory(await emptyDirectory());
    const last = () => history.look()(web)?.last;
    history.record(web, good);
    now.seconds += 60;
    history.record(web, good);
    expect(last()).toEqual({ isUp: true, sinceSeconds: NOON });
    history.record(web, bad);
    expect(last()).toEqual({ isUp: false, sinceSeconds: NOON + 60 });
    now.seconds -= 3600;
    expect(last()).toEqual({ isUp: false, sinceSeconds: NOON - 3540 });
    history.record(web, bad);
    now.seconds += 7200;
    expect(last()).toEqual({ isUp: false, sinceSeconds: NOON - 3540 });
  });

  test('is not that of its namesake on a container, or on another host', async () => {
    const { history } = await openHistory(await emptyDirectory());
    history.record({ ...web, host: 'edge-1', name: 'shop-web-1' }, good);
    history.record({ ...web, host: 'edge-2', name: 'shop-web-1' }, bad);
    expect(history.look()(web)).toBeUndefined();
    expect(history.look()({ ...web, host: 'edge-1', name: 'shop-web-1' })?.last.isUp).toBe(true);
    expect(history.look()({ ...web, host: 'edge-2', name: 'shop-web-1' })?.last.isUp).toBe(false);
  });
});

describe('the next process', () => {
  test('goes on with it', async () => {
    const directory = await emptyDirectory();
    const one = await openHistory(directory, { atSeconds: NOON - DAY });
    one.history.record(web, good);
    one.now.seconds = NOON;
    one.history.record(web, good);
    const before = one.history.look()(web);
    await one.history.stop();
    const next = await openHistory(directory);
    expect(next.history.look()(web)).toEqual(before);
    next.history.record(web, good);
    expect(next.history.look()(web)).toMatchObject({
      windows: { '7d': { runs: 3 } },
      last: { isUp: true, sinceSeconds: NOON - DAY },
    });
    expect(next.log).toEqual([]);
  });

  test('counts what ran before the files were read', async () => {
    const directory = await emptyDirectory();
    const one = await openHistory(directory);
    one.history.record(web, bad);
    await one.history.stop();
    const next = createHistory({
      directory,
      keepMs: DAY * 1000,
      nowSeconds: () => NOON + 1,
      logger: pino({ enabled: false }),
    });
    next.record(web, bad);
    expect(next.look()(web)).toBeUndefined();
    await vi.waitFor(() => expect(next.look()(web)?.windows['24h'].runs).toBe(2));
    expect(next.look()(web)?.last.sinceSeconds).toBe(NOON);
    await next.stop();
  });
});

describe('its files', () => {
  test('are one a day, of which only what changed is written', async () => {
    const directory = await emptyDirectory();
    const one = await openHistory(directory, { atSeconds: NOON - DAY });
    one.history.record(web, good);
    await one.history.stop();
    await chmod(join(directory, '2026-10-04.json'), 0o400);
    const next = await openHistory(directory, { saveEachMs: 50 });
    next.history.record(web, good);
    await vi.waitFor(async () => expect(await filesIn(directory)).toEqual(['2026-10-04.json', '2026-10-05.json']));
    next.history.record(web, good);
    await vi.waitFor(async () => {
      const { services } = await readDay(directory, '2026-10-05');
      expect(services.find(({ id }) => id === 'web')?.runs[12]).toBe(2);
    });
    await next.history.stop();
    expect(next.log).toEqual([]);
  });

  test.each(['../../etc/passwd', '/', 'a\0b', '<script>', 'x'.repeat(5000), '__proto__'])(
    'R62: hold names as data: %j',
    async (name) => {
      const directory = await emptyDirectory();
      const labels = { probe: 'web', host: name, name };
      const one = await openHistory(directory);
      one.history.record(labels, good);
      await one.history.stop();
      expect(await filesIn(directory)).toEqual(['2026-10-05.json']);
      expect((await openHistory(directory)).history.look()(labels)?.windows['24h'].runs).toBe(1);
    },
  );

  const hours = Array<number>(24).fill(1);
  const oneService = { id: 'web', runs: hours, good: hours, seconds: hours, up: true, since: 1 };
  test.each([
    '',
    '{"version":1',
    'null',
    '{"version":2,"date":"2026-10-04","services":[]}',
    '{"version":1,"date":"2026-10-03","services":[]}',
    JSON.stringify({
      version: 1,
      date: '2026-10-04',
      services: [{ id: 'web', runs: [1], good: [1], seconds: [1], up: true, since: 1 }],
    }),
    JSON.stringify({
      version: 1,
      date: '2026-10-04',
      services: [
        { id: 'web', runs: Array(24).fill(1), good: Array(24).fill(2), seconds: Array(24).fill(0), up: true, since: 1 },
      ],
    }),
    ...[-1e18, 1e18].map((since) =>
      JSON.stringify({ version: 1, date: '2026-10-04', services: [{ ...oneService, since }] }),
    ),
  ])('that is broken is set aside and told of, and costs no other day: %s', async (text) => {
    const directory = await emptyDirectory();
    const one = await openHistory(directory);
    one.history.record(web, good);
    await one.history.stop();
    await writeFile(join(directory, '2026-10-04.json'), text);
    const { history, log } = await openHistory(directory);
    expect(history.look()(web)?.windows['7d'].runs).toBe(1);
    expect(log.map(({ level, msg }) => [level, msg])).toEqual([
      [50, 'a day of the history is broken: it is set aside as .broken'],
    ]);
    expect(await filesIn(directory)).toEqual(['2026-10-04.json.broken', '2026-10-05.json']);
  });

  test('go when they are older than is kept, also what was set aside; what is not ours stays', async () => {
    const directory = await emptyDirectory();
    const old = await openHistory(directory, { atSeconds: NOON - 3 * DAY });
    old.history.record(web, good);
    old.now.seconds = NOON - DAY;
    old.history.record({ probe: 'other' }, good);
    await old.history.stop();
    for (const name of ['2026-10-01.json.broken', '2026-10-02.json.new', 'notes.txt', '2026-13-99.json'])
      await writeFile(join(directory, name), '');
    const next = await openHistory(directory, { keepDays: 2 });
    expect(next.history.look()(web)?.windows['30d'].runs).toBe(1);
    await next.history.stop();
    expect(await filesIn(directory)).toEqual(['2026-10-04.json', '2026-10-05.json', '2026-13-99.json', 'notes.txt']);
    expect(next.history.look()(web)).toBeUndefined();
    expect(next.history.look()({ probe: 'other' })?.windows['30d'].runs).toBe(1);
  });

  test('stay when the clock is years ahead', async () => {
    const directory = await emptyDirectory();
    const one = await openHistory(directory);
    one.history.record(web, good);
    await one.history.stop();
    const ahead = await openHistory(directory, { atSeconds: NOON + 4000 * DAY });
    ahead.history.record(web, bad);
    await ahead.history.stop();
    const repaired = await openHistory(directory, { atSeconds: NOON + 60 });
    expect(repaired.history.look()(web)?.windows['24h'].runs).toBe(1);
    repaired.history.record(web, bad);
    expect(repaired.history.look()(web)).toMatchObject({
      windows: { '24h': { runs: 2 } },
      last: { sinceSeconds: NOON + 60 },
    });
  });

  test('that cannot be written are told of once, and written when they can be', async () => {
    const directory = await emptyDirectory();
    await mkdir(join(directory, '2026-10-05.json.new', 'x'), { recursive: true });
    const { history, log } = await openHistory(directory, { saveEachMs: 20 });
    history.record(web, good);
    await vi.waitFor(() =>
      expect(log.map(({ msg }) => msg)).toContain('the history is not saved: after a restart it has a gap'),
    );
    history.record(web, good);
    await rm(join(directory, '2026-10-05.json.new'), { recursive: true });
    await vi.waitFor(() => expect(log.at(-1)?.msg).toBe('the history is saved again'));
    expect(log).toHaveLength(2);
    await history.stop();
  });
});

test('more probes than are kept in a day are not counted, and told of once', async () => {
  const { history, log } = await openHistory(await emptyDirectory());
  for (let at = 0; at < MAX_SERVICES + 10; at++) history.record({ probe: `p${at}` }, good);
  expect(history.look()({ probe: 'p0' })?.windows['24h'].runs).toBe(1);
  expect(history.look()({ probe: `p${MAX_SERVICES + 9}` })).toBeUndefined();
  expect(log.map(({ msg }) => msg)).toEqual(['too many probes: the history of the newest is not kept']);
});
