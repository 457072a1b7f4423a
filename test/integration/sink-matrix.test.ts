import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createElasticsearchSink } from '../../exporter/documents/sinks/elasticsearch/elasticsearch.ts';
import { openSpool } from '../../exporter/documents/spool/open-spool.ts';
import { needing } from '../bed/need.ts';
import { makeCertificates } from '../bed/trusted-certificates.ts';
import { createJumpingClock, createManualClock } from '../documents/clocks.ts';
import { ALL_ONCE, compareIds, deliver } from '../documents/deliver.ts';
import { createMemorySpool } from '../documents/memory-spool.ts';
import { produce } from '../documents/produce.ts';
import { runPipeline } from '../documents/run-pipeline.ts';
import { idsIn, moveUntil, STREAM, soon, startStore, startWith } from '../documents/simulated-delivery.ts';

describe('each document is there once', () => {
  test('after the store was down for ten minutes', async () => {
    const { store, spool, documents } = await startWith(3_000);
    const running = deliver(spool, { url: store.url, limits: { batchSize: 50_000 } });
    spool.append(documents.slice(0, 1_000));
    await running.finished();
    await store.down();
    const downAtMs = running.clock.nowMs();
    spool.append(documents.slice(1_000));
    await soon(() => expect(running.clock.nowMs() - downAtMs).toBeGreaterThan(600_000));
    expect(running.states.at(-1)).toMatchObject({ kind: 'down', failure: 'unavailable' });
    await store.up();
    await running.finished();
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    expect(running.states.map(({ kind }) => kind)).toStrictEqual(['up', 'down', 'up']);
  });

  test('after a storm of 429, of requests and of documents', async () => {
    const { store, spool, documents } = await startWith(3_000);
    store.fail({ kind: 'status', status: 429 }, { path: /_bulk/, times: 15 });
    let turn = 0;
    const items = store.fail({ kind: 'items', status: 429, only: () => turn++ % 2 === 0 });
    const running = deliver(spool, { url: store.url, limits: { batchSize: 50_000 } });
    spool.append(documents);
    await soon(() => expect(items.hits()).toBeGreaterThan(30));
    items.heal();
    await running.finished();
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    expect(running.letters.count()).toBe(0);
    expect(running.counts.delivered).toBe(3_000);
  });

  test('where a request may have no more than 64 KiB, but for the document that is larger', async () => {
    const { store, spool, documents } = await startWith(2_000, { maxContentLength: 65_536 });
    const large = produce(1, { series: 'large', fields: { text: 'x'.repeat(70_000) } });
    const running = deliver(spool, { url: store.url });
    spool.append([...documents.slice(0, 700), ...large, ...documents.slice(700)]);
    await running.finished();
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    expect(running.letters.all().map(({ document, status }) => [document.id, status])).toStrictEqual([
      [large[0]?.id, 413],
    ]);
  });

  test('after documents were answered with 503', async () => {
    const { store, spool, documents } = await startWith(2_000);
    const every = new Set(documents.filter((_, at) => at % 3 === 0).map(({ id }) => id));
    store.fail(
      { kind: 'items', status: 503, type: 'unavailable_shards_exception', only: ({ id = '' }) => every.has(id) },
      { path: /_bulk/, times: 3 },
    );
    const running = deliver(spool, { url: store.url });
    spool.append(documents);
    await running.finished();
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    expect(running.counts.retried).toBeGreaterThan(0);
    // What was stored was not sent again.
    const sent = store.requests().flatMap(({ ids }) => ids);
    expect(sent.filter((id) => !every.has(id))).toHaveLength(2_000 - every.size);
  });

  test.each(['after', 'within-answer'] as const)(
    'after the connection was reset %s what was sent was stored',
    async (when) => {
      const { store, spool, documents } = await startWith(2_000);
      const fault = store.fail(
        { kind: 'reset', when: when === 'after' ? 'after' : 'within-answer' },
        { path: /_bulk/, times: 3 },
      );
      const running = deliver(spool, { url: store.url, limits: { batchSize: 100_000 } });
      spool.append(documents);
      await running.finished();
      expect(fault.hits()).toBe(3);
      expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    },
  );

  test.each(['after', 'within-answer'] as const)(
    'after a reset %s the store had all, and a rollover before they were sent again',
    async (when) => {
      const { store, spool, documents } = await startWith(1_000);
      const clock = createManualClock();
      const running = deliver(spool, { url: store.url, clock });
      spool.append(documents.slice(0, 100));
      await moveUntil(clock, () => expect(spool.acknowledged()).toBe(100));
      const fault = store.fail({ kind: 'reset', when }, { path: /_bulk/, times: 1 });
      spool.append(documents.slice(100));
      await clock.advance(1_050);
      await soon(() => expect(running.states.at(-1)).toMatchObject({ kind: 'down', failure: 'ambiguous' }));
      expect(fault.hits()).toBe(1);
      expect(idsIn(store)).toHaveLength(1_000);
      store.rollover(STREAM);
      store.rollover(STREAM);
      await moveUntil(clock, () => expect(spool.acknowledged()).toBe(1_000));
      expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
      expect(store.backingIndices(STREAM)).toHaveLength(3);
    },
  );

  test('after a crash between store and spool, and a rollover before the next start', async () => {
    const { store, spool, documents } = await startWith(1_000);
    const first = deliver(spool, { url: store.url });
    spool.append(documents.slice(0, 100));
    await first.finished();
    const hanging = store.fail({ kind: 'hang', when: 'after' }, { path: /_bulk/, times: 1 });
    spool.append(documents.slice(100));
    await soon(() => expect(hanging.hits()).toBe(1));
    await first.stop();
    expect(spool.acknowledged()).toBe(100);
    store.rollover(STREAM);
    const second = deliver(spool, { url: store.url });
    await second.finished();
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    hanging.heal();
  });

  test.each(['after', 'before'] as const)(
    'when answers come later than the time-out, %s which the store did its work',
    async (when) => {
      const { store, spool, documents } = await startWith(1_000);
      const late = store.fail({ kind: 'delay', when, ms: 500 }, { path: /_bulk/, times: 3 });
      const running = deliver(spool, { url: store.url, timeoutMs: 200, limits: { batchSize: 100_000 } });
      spool.append(documents);
      await running.finished();
      // Nothing tells when a store is done with what nobody waits for any more.
      await delay(600);
      expect(late.hits()).toBeGreaterThan(1);
      expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    },
  );

  test('when indices are made in the middle, and answers are lost', async () => {
    const { store, spool, documents } = await startWith(3_000);
    const running = deliver(spool, { url: store.url, limits: { batchSize: 20_000, requests: 2 } });
    const lost = store.fail({ kind: 'reset', when: 'after' }, { path: /_bulk/, times: 4 });
    for (let at = 0; at < 3_000; at += 300) {
      spool.append(documents.slice(at, at + 300));
      await soon(() => expect(idsIn(store).length).toBeGreaterThanOrEqual(at + 150));
      store.rollover(STREAM);
    }
    await running.finished();
    expect(lost.hits()).toBe(4);
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    expect(store.backingIndices(STREAM)).toHaveLength(11);
  });

  test('of two exporters on one engine, and of two nodes one of which is down', async () => {
    const { store, spool, documents } = await startWith(1_000);
    const other = createMemorySpool();
    const first = deliver(spool, { urls: ['http://127.0.0.1:9', store.url] });
    const second = deliver(other, { urls: [store.url, 'http://127.0.0.1:9'], gzip: true });
    spool.append(documents);
    other.append(documents);
    await Promise.all([first.finished(), second.finished()]);
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    expect([first.counts.delivered, second.counts.delivered]).toStrictEqual([1_000, 1_000]);
  });

  test('in the store that works while another one is down', async () => {
    const { store, documents } = await startWith(2_000);
    const dead = await startStore();
    await dead.down();
    const clock = createJumpingClock();
    const directory = await newDirectory();
    const spool = await openSpool({
      directory,
      sinks: ['alive', 'dead'],
      holder: 'test',
      nowMs: Date.now,
      onDamage: (damage) => expect.fail(JSON.stringify(damage)),
      onDiskError: (error) => expect.fail(error.message),
    });
    onTestFinished(spool.close);
    const open = (sink: string) =>
      spool.openReader({ sink, budgetBytes: 2 ** 30, onLost: () => expect.fail('documents are lost') });
    const readers = { alive: open('alive'), dead: open('dead') };
    const runTo = (name: 'alive' | 'dead', url: string) => {
      const memory = readers[name];
      const sink = createElasticsearchSink({
        name,
        urls: [url],
        gzip: false,
        timeoutMs: 5_000,
        memory,
        nowMs: clock.nowMs,
      });
      const running = runPipeline({ reader: memory, sink, clock });
      onTestFinished(async () => {
        await running.stop();
      });
      return running;
    };
    const alive = runTo('alive', store.url);
    const other = runTo('dead', dead.url);
    await spool.append(documents);
    await soon(() => expect(readers.alive.status().waitingDocuments).toBe(0));
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
    expect(readers.dead.status().waitingDocuments).toBe(2_000);
    expect(alive.states).toStrictEqual([{ kind: 'up' }]);
    expect(other.states).toMatchObject([{ kind: 'down', failure: 'unavailable' }]);
    await dead.up();
    await soon(() => expect(readers.dead.status().waitingDocuments).toBe(0));
    expect(compareIds(documents, idsIn(dead))).toStrictEqual(ALL_ONCE);
  });
});

describe('certificates', needing('tls'), () => {
  test('one that changed to another authority pauses everything until it is back', async () => {
    const [trusted, other] = await Promise.all([makeCertificates(), makeCertificates()]);
    onTestFinished(trusted.remove);
    onTestFinished(other.remove);
    const [certificate, foreign] = await Promise.all([
      serverCertificate(trusted.directory),
      serverCertificate(other.directory),
    ]);
    const ca = await readFile(join(trusted.directory, 'ca.pem'), 'utf8');
    const store = await startStore({ certificate });
    const spool = createMemorySpool();
    const documents = produce(1_000, { series: 'matrix' });
    const running = deliver(spool, { url: store.url, tls: { ca } });
    spool.append(documents.slice(0, 500));
    await running.finished();
    store.setCertificate(foreign);
    spool.append(documents.slice(500));
    await soon(() =>
      expect(running.states.at(-1)).toStrictEqual({
        kind: 'down',
        failure: 'denied',
        message: `${store.url}: the authority of its certificate is not known`,
      }),
    );
    store.setCertificate(certificate);
    await running.finished();
    expect(compareIds(documents, idsIn(store))).toStrictEqual(ALL_ONCE);
  });
});

const serverCertificate = async (directory: string) => ({
  cert: await readFile(join(directory, 'server-cert.pem'), 'utf8'),
  key: await readFile(join(directory, 'server-key.pem'), 'utf8'),
});

const newDirectory = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sink-matrix-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};
