import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createMailbox } from '../../../exporter/demo/http/mailbox.ts';
import { createApiServer } from '../../../exporter/demo/http/server.ts';
import { createEventLedger, type EventLedger } from '../../../exporter/docker/event-ledger.ts';
import { serve, serveEngine } from '../demo/client.ts';
import { openFeed } from './bed.ts';

const REPLAY_MS = 1000;

async function engineWithFeed() {
  const { engine, socketPath } = await serveEngine();
  const url = `unix://${socketPath}`;
  const ledger = createEventLedger({ nowSeconds: 0, onChange: () => undefined });
  const id = engine.run({ name: 'web' });
  // Date headers, by which it is known what was before, have no fractions.
  engine.clock.step(2);
  const connectedAtMs = () => Number(engine.clock.nowNano() / 1_000_000n);
  const connect = async () => {
    const opened = await openFeed({ url }, ledger, { connectedAtMs: connectedAtMs() });
    await vi.waitFor(() => expect(ledger.isEmpty()).toBe(false));
    return opened;
  };
  return { engine, id, ledger, connect, url };
}

const total = (ledger: EventLedger) => ledger.totals().counts.reduce((sum, [, , count]) => sum + count, 0);

/** Ends the stream as the client would. */
async function leave({ abort, feed }: Awaited<ReturnType<typeof openFeed>>) {
  abort.abort();
  await feed.ended.catch(() => undefined);
}

test('what happened before our time is neither told nor counted', async () => {
  const { engine, ledger, connect } = await engineWithFeed();
  const first = await connect();
  expect(await first.feed.replay).toBe('unknown');
  engine.pause('web');
  await vi.waitFor(() => expect(first.actions()).toEqual(['container pause']));
  expect(total(ledger)).toBe(1);
});

test('R9: a replay with a known event among it is complete, and brings what was missed, once', async () => {
  const { engine, ledger, connect } = await engineWithFeed();
  await leave(await connect());
  engine.pause('web');
  engine.unpause('web');
  const again = await connect();
  expect(await again.feed.replay).toBe('complete');
  await vi.waitFor(() => expect(again.actions()).toEqual(['container pause', 'container unpause']));
  await leave(again);
  const third = await connect();
  expect(await third.feed.replay).toBe('complete');
  engine.pause('web');
  await vi.waitFor(() => expect(third.actions()).toEqual(['container pause']));
  expect(total(ledger)).toBe(3);
});

test('R9: of 250 events in the gap none is lost', async () => {
  const { engine, ledger, connect } = await engineWithFeed();
  await leave(await connect());
  for (let round = 0; round < 125; round++) {
    engine.pause('web');
    engine.unpause('web');
  }
  const again = await connect();
  expect(await again.feed.replay).toBe('complete');
  await vi.waitFor(() => expect(again.events).toHaveLength(250));
  expect(total(ledger)).toBe(250);
});

test('R9: of 300 events in the gap some are lost, and that is known at once', async () => {
  const { engine, ledger, connect } = await engineWithFeed();
  await leave(await connect());
  for (let round = 0; round < 300; round++)
    engine.emit({ type: 'daemon', action: 'reload', actorId: 'd', attributes: {} });
  const startMs = performance.now();
  const again = await connect();
  expect(await again.feed.replay).toBe('gap');
  expect(performance.now() - startMs).toBeLessThan(REPLAY_MS);
  expect(total(ledger)).toBe(256);
});

test('R9: after the clock of the engine stepped back nothing is lost', async () => {
  const { engine, connect } = await engineWithFeed();
  await leave(await connect());
  engine.clock.step(-3600);
  engine.pause('web');
  const again = await connect();
  expect(await again.feed.replay).toBe('complete');
  await vi.waitFor(() => expect(again.actions()).toEqual(['container pause']));
});

test('R9: a clock that steps back during the first connection hides no event', async () => {
  const { engine, ledger, connect } = await engineWithFeed();
  const first = await connect();
  await sleep(REPLAY_MS + 100);
  engine.clock.step(-3600);
  engine.pause('web');
  await vi.waitFor(() => expect(first.actions()).toEqual(['container pause']));
  expect(total(ledger)).toBe(1);
});

test('R9: after an engine began anew, its events of before are a gap', async () => {
  const { engine, connect } = await engineWithFeed();
  const first = await connect();
  engine.restartDaemon(() => engine.pause('web'));
  await expect(first.feed.ended).rejects.toThrow();
  const again = await connect();
  expect(await again.feed.replay).toBe('gap');
});

test('R9: on a quiet host a replay of the same events is complete', async () => {
  const { connect } = await engineWithFeed();
  await leave(await connect());
  const again = await connect();
  expect(await again.feed.replay).toBe('complete');
  expect(again.events).toEqual([]);
});

test('R9: on an engine without any event there is no gap', async () => {
  const { socketPath } = await serveEngine();
  const ledger = createEventLedger({ nowSeconds: 0, onChange: () => undefined });
  await leave(await openFeed({ url: `unix://${socketPath}` }, ledger));
  const again = await openFeed({ url: `unix://${socketPath}` }, ledger);
  expect(await again.feed.replay).toBe('unknown');
});

test('R42: the stream is unfiltered, since the first second there is', async () => {
  const { engine, connect } = await engineWithFeed();
  await connect();
  const queries = engine.calls.filter(({ path }) => path === '/events').map(({ query }) => query);
  expect(queries).toEqual(['since=1']);
});

test('R42: an exec counts, and its command is kept nowhere', async () => {
  const { engine, ledger, connect } = await engineWithFeed();
  const { events } = await connect();
  engine.exec('web', { command: 'mysql --password=hunter2', exitCode: 0 });
  await vi.waitFor(() => expect(events).toHaveLength(3));
  expect(JSON.stringify([events, ledger.totals()])).not.toContain('hunter2');
  expect(ledger.totals().counts).toContainEqual(['container', 'exec_create', 1]);
});

test('R46: Podman, which keeps all events, is asked since the last known one', async () => {
  const { engine, ledger, connect, url } = await engineWithFeed();
  await leave(await connect());
  engine.pause('web');
  engine.forgetCalls();
  const newest = ledger.newestTimeNano() ?? '';
  const again = await openFeed({ url }, ledger, { product: 'podman' });
  expect(await again.feed.replay).toBe('complete');
  await vi.waitFor(() => expect(again.actions()).toEqual(['container pause']));
  const since = engine.calls.find(({ path }) => path === '/events')?.query;
  expect(since).toBe(`since=${newest.slice(0, -9)}`);
});

test('R46: a Podman that was never seen is asked since now, and replays nothing to count', async () => {
  const { engine, url } = await engineWithFeed();
  engine.forgetCalls();
  const first = await openFeed({ url }, createEventLedger({ nowSeconds: 0, onChange: () => undefined }), {
    product: 'podman',
    connectedAtMs: 1_795_222_185_922,
  });
  expect(await first.feed.replay).toBe('unknown');
  expect(engine.calls.find(({ path }) => path === '/events')?.query).toBe('since=1795222185');
});

test('a malformed line is told, and the stream goes on', async () => {
  const { lines, url } = await scriptedStream();
  const { events, malformed } = await openFeed(
    { url },
    createEventLedger({ nowSeconds: 0, onChange: () => undefined }),
    { connectedAtMs: 1000 },
  );
  lines.push('no JSON at all\n');
  lines.push(`${'x'.repeat(1_100_000)}\n`);
  lines.push('{"Type":"container","Action":"start","Actor":{"ID":7},"timeNano":1795222185922293715}\n');
  lines.push('{"Type":"container","Action":"start","Actor":{"ID":"a"},"timeNano":1795222185922293715}\n');
  await vi.waitFor(() => expect(events).toHaveLength(1));
  expect(malformed).toHaveLength(3);
});

test('a line that is not understood puts in doubt, unless it is of before our time or was there before', async () => {
  const { lines, url } = await scriptedStream();
  const ledger = createEventLedger({ nowSeconds: 0, onChange: () => undefined });
  const first = await openFeed({ url }, ledger);
  const isInDoubtAfter = async ({ malformed }: typeof first, line: string) => {
    const before = malformed.length;
    lines.push(`${line}\n`);
    await vi.waitFor(() => expect(malformed).toHaveLength(before + 1));
    const isInDoubt = ledger.isInDoubt();
    ledger.endReplay();
    return isInDoubt;
  };
  expect(await isInDoubtAfter(first, 'of before')).toBe(false);
  await sleep(REPLAY_MS + 100);
  expect(await isInDoubtAfter(first, 'live')).toBe(true);
  expect(await isInDoubtAfter(first, 'live')).toBe(true);
  lines.push('{"Type":"container","Action":"start","Actor":{"ID":"a"},"timeNano":1795222185922293715}\n');
  await vi.waitFor(() => expect(ledger.isEmpty()).toBe(false));
  await leave(first);
  const again = await openFeed({ url }, ledger);
  expect(await isInDoubtAfter(again, 'of before')).toBe(false);
  expect(await isInDoubtAfter(again, 'live')).toBe(false);
  expect(await isInDoubtAfter(again, 'of the gap')).toBe(true);
});

test('an event that comes twice is told once', async () => {
  const { lines, url } = await scriptedStream();
  const { events } = await openFeed({ url }, createEventLedger({ nowSeconds: 0, onChange: () => undefined }), {
    connectedAtMs: 1000,
  });
  const line = (nano: number) =>
    `{"Type":"container","Action":"start","Actor":{"ID":"a"},"timeNano":17952221859222937${nano}}\n`;
  for (const nano of [15, 15, 16, 15]) lines.push(line(nano));
  await vi.waitFor(() => expect(events.map(({ timeNano }) => timeNano.slice(-2))).toEqual(['15', '16']));
});

test('a stream that ends during its replay has failed', async () => {
  const { lines, url } = await scriptedStream();
  const ledger = createEventLedger({ nowSeconds: 0, onChange: () => undefined });
  ledger.add({ type: 'daemon', action: 'reload', actorId: 'd', attributes: {}, timeNano: '1' });
  const { feed } = await openFeed({ url }, ledger);
  lines.end();
  await expect(feed.replay).rejects.toMatchObject({ failure: 'unreachable' });
  await feed.ended;
});

/** An engine that pings and streams what the test writes. */
async function scriptedStream() {
  const lines = createMailbox<string>([]);
  const server = createApiServer({
    answer: ({ path }) => ({
      status: 200,
      headers: { 'Api-Version': '1.51' },
      body: path === '/events' ? lines : '{}',
    }),
    nowMs: Date.now,
  });
  return { lines, url: `unix://${await serve(server)}` };
}
