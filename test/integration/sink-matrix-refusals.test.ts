import { describe, expect, test } from 'vitest';
import { createManualClock } from '../documents/clocks.ts';
import { ALL_ONCE, compareIds, deliver } from '../documents/deliver.ts';
import { createMemorySpool } from '../documents/memory-spool.ts';
import { produce } from '../documents/produce.ts';
import { idsIn, moveUntil, STREAM, soon, startStore, startWith } from '../documents/simulated-delivery.ts';
import { createStoreClient, putTemplate } from '../documents/store-client.ts';

describe('each document is there once', () => {
  test.each(['read_only_allow_delete', 'write'] as const)(
    'after an index was blocked (%s), and nothing is a dead letter',
    async (block) => {
      const { store, spool, documents } = await startWith(200);
      const running = deliver(spool, { url: store.url });
      spool.append(documents.slice(0, 100));
      await running.finished();
      store.block(STREAM, block);
      spool.append(documents.slice(100));
      await soon(() => expect(running.states.at(-1)).toMatchObject({ kind: 'down', failure: 'denied' }));
      const blockedAtMs = running.clock.nowMs();
      await soon(() => expect(running.clock.nowMs() - blockedAtMs).toBeGreaterThan(600_000));
      expect(running.letters.count()).toBe(0);
      store.block(STREAM, 'none');
      await running.finished();
      expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    },
  );

  test('with one poison document in 5,000, which is a dead letter that tells its field and not its value', async () => {
    const { store, spool, documents } = await startWith(4_999);
    const poison = produce(1, { series: 'poison', fields: { number: 'planted-secret' } });
    const running = deliver(spool, { url: store.url });
    spool.append([...documents.slice(0, 2_000), ...poison, ...documents.slice(2_000)]);
    await running.finished();
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    expect(
      running.letters.all().map(({ document, status, reason }) => ({ id: document.id, status, reason })),
    ).toStrictEqual([
      {
        id: poison[0]?.id,
        status: 400,
        reason: 'document_parsing_exception: failed to parse field [number] of type [long]',
      },
    ]);
    expect(running.states).toStrictEqual([{ kind: 'up' }]);
  });

  test('after a broken template was put right, and nothing is a dead letter', async () => {
    const store = await startStore({}, { message: { type: 'long' } });
    const spool = createMemorySpool();
    const documents = produce(2_000, { series: 'matrix' });
    const running = deliver(spool, { url: store.url });
    spool.append(documents);
    await soon(() => expect(running.states.at(-1)).toMatchObject({ kind: 'down', failure: 'denied' }));
    const brokenAtMs = running.clock.nowMs();
    await soon(() => expect(running.clock.nowMs() - brokenAtMs).toBeGreaterThan(300_000));
    expect(running.letters.count()).toBe(0);
    await putTemplate(createStoreClient(store.url));
    store.rollover(STREAM);
    await running.finished();
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    expect(running.letters.count()).toBe(0);
  });

  test('after credentials were revoked and restored', async () => {
    const { store, spool, documents } = await startWith(2_000);
    const auth = { apiKey: Buffer.from('id:planted-secret').toString('base64') };
    store.setAccess({ apiKeys: [auth.apiKey] });
    const running = deliver(spool, { url: store.url, auth });
    spool.append(documents.slice(0, 500));
    await running.finished();
    store.setAccess({});
    spool.append(documents.slice(500));
    await soon(() => expect(running.states.at(-1)).toMatchObject({ kind: 'down', failure: 'denied' }));
    store.setAccess({ apiKeys: [auth.apiKey] });
    await running.finished();
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    expect(running.letters.count()).toBe(0);
    expect(JSON.stringify(running.states)).not.toMatch(new RegExp(`planted-secret|${auth.apiKey}`));
  });

  test('after one document that is answered with 429 for ever, which is a dead letter while others flow', async () => {
    const { store, spool, documents } = await startWith(2_000);
    const huge = produce(1, { series: 'huge', fields: { text: 'x'.repeat(2_000_000) } });
    store.fail({ kind: 'items', status: 429, only: ({ id }) => id === huge[0]?.id });
    const clock = createManualClock();
    const running = deliver(spool, { url: store.url, clock });
    spool.append(huge);
    let at = 0;
    await moveUntil(
      clock,
      () => {
        spool.append(documents.slice(at, at + 20));
        at += 20;
        expect(running.letters.count()).toBe(1);
      },
      5_000,
    );
    spool.append(documents.slice(at));
    await moveUntil(clock, () => expect(spool.acknowledged()).toBe(spool.all().length));
    expect(running.letters.all().map(({ document, status }) => [document.id, status])).toStrictEqual([
      [huge[0]?.id, 429],
    ]);
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
  });

  test.each([/_bulk/, /./])('after a proxy answered with its own page and 200 to %s', async (path) => {
    const { store, spool, documents } = await startWith(1_000);
    const page = store.fail({ kind: 'page' }, { path });
    const running = deliver(spool, { url: store.url });
    spool.append(documents);
    await soon(() => expect(running.states.at(-1)).toMatchObject({ kind: 'down', failure: 'protocol' }));
    expect(running.counts.delivered).toBe(0);
    expect(spool.acknowledged()).toBe(0);
    page.heal();
    await running.finished();
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
  });

  test('where documents went to the failure store: these are dead letters', async () => {
    const { store, spool, documents } = await startWith(1_000);
    const lost = documents[500];
    store.fail({ kind: 'failure-store', only: ({ id }) => id === lost?.id });
    const running = deliver(spool, { url: store.url });
    spool.append(documents);
    await running.finished();
    expect(running.letters.all().map(({ document }) => document.id)).toStrictEqual([lost?.id]);
    expect(running.counts.delivered).toBe(999);
  });
});
