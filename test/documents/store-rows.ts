import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Store, type StoreOptions, startStore } from '../bed/store.ts';
import { createManualClock } from './clocks.ts';
import { ALL_ONCE, compareIds, deliver } from './deliver.ts';
import { type LosingProxy, startLosingProxy } from './losing-proxy.ts';
import { createMemorySpool } from './memory-spool.ts';
import { produce } from './produce.ts';
import { createStoreClient, putTemplate, type StoreClient } from './store-client.ts';

const soon = (assertion: () => void) => vi.waitFor(assertion, { timeout: 40_000, interval: 20 });

/** The rows of the fault matrix that can be made with a real store. Each has a namespace, and so data streams, of its own. */
export const testStoreRows = (options: Omit<StoreOptions, 'settings'>): void => {
  const stops: (() => Promise<void>)[] = [];
  let store: Store;
  let client: StoreClient;
  let proxy: LosingProxy;

  beforeAll(async () => {
    store = await startStore({ ...options, settings: { 'http.max_content_length': '256kb' } });
    stops.push(store.stop);
    proxy = await startLosingProxy(store.url);
    stops.push(proxy.stop);
    client = createStoreClient(store.url);
    await putTemplate(client);
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  const start = (count: number, namespace: string) => ({
    spool: createMemorySpool(),
    documents: produce(count, { series: namespace, namespace }),
    stream: `logs-harborlight.event-${namespace}`,
    held: () => client.ids(`logs-harborlight.*-${namespace}`),
  });
  const rollover = (stream: string) => client.call('POST', `/${stream}/_rollover`);

  test('a request may have no more than 256 KiB: all arrive but for the document that is larger', async () => {
    const { spool, documents, held } = start(3_000, 'large');
    const large = produce(1, { series: 'larger', namespace: 'large', fields: { text: 'x'.repeat(300_000) } });
    const running = deliver(spool, { url: store.url });
    spool.append([...documents.slice(0, 700), ...large, ...documents.slice(700)]);
    await running.finished();
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
    expect(running.letters.all().map(({ document, status }) => [document.id, status])).toStrictEqual([
      [large[0]?.id, 413],
    ]);
  });

  test('one poison document in 5,000 is a dead letter, without its value, and nothing pauses', async () => {
    const { spool, documents, held } = start(4_999, 'poison');
    const poison = produce(1, { series: 'bad', namespace: 'poison', fields: { number: 'planted-secret' } });
    const running = deliver(spool, { url: store.url, gzip: true });
    spool.append([...documents.slice(0, 2_000), ...poison, ...documents.slice(2_000)]);
    await running.finished();
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
    const [letter] = running.letters.all();
    expect(letter?.document.id).toBe(poison[0]?.id);
    expect(letter?.reason).toMatch(
      /^(document|mapper)_parsing_exception: failed to parse field \[number\] of type \[long\]$/,
    );
    expect(running.states).toStrictEqual([{ kind: 'up' }]);
  });

  test('answers are lost after all was stored', async () => {
    const { spool, documents, held } = start(2_000, 'lost');
    const before = proxy.lost();
    proxy.lose(3);
    const running = deliver(spool, { url: proxy.url, limits: { batchSize: 100_000 } });
    spool.append(documents);
    await running.finished();
    expect(proxy.lost() - before).toBe(3);
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
  });

  test('an answer is lost after all was stored, and there is a rollover before it is sent again', async () => {
    const { spool, documents, stream, held } = start(1_000, 'rolled');
    const clock = createManualClock();
    const running = deliver(spool, { url: proxy.url, clock, limits: { batchSize: 200_000 } });
    const settled = (count: number) =>
      vi.waitFor(
        async () => {
          await clock.advance(100);
          expect(spool.acknowledged()).toBe(count);
        },
        { timeout: 40_000 },
      );
    spool.append(documents.slice(0, 100));
    await settled(100);
    proxy.lose(1);
    spool.append(documents.slice(100, 600));
    await clock.advance(1_050);
    await soon(() => expect(running.states.at(-1)).toMatchObject({ kind: 'down', failure: 'ambiguous' }));
    expect(await held()).toHaveLength(600);
    await rollover(stream);
    spool.append(documents.slice(600));
    await settled(1_000);
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
  });

  test('a crash between store and spool, and a rollover before the next start', async () => {
    const { spool, documents, stream, held } = start(1_000, 'crash');
    const first = deliver(spool, { url: store.url, limits: { batchSize: 50_000 } });
    spool.append(documents.slice(0, 100));
    await first.finished();
    spool.append(documents.slice(100));
    await first.finished();
    await first.stop();
    spool.crash(100);
    await rollover(stream);
    const second = deliver(spool, { url: store.url });
    await second.finished();
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
  });

  test('indices are made in the middle, and answers are lost', async () => {
    const { spool, documents, stream, held } = start(2_000, 'middle');
    const running = deliver(spool, { url: proxy.url, limits: { batchSize: 20_000, requests: 2 } });
    proxy.lose(4);
    for (let at = 0; at < 2_000; at += 500) {
      spool.append(documents.slice(at, at + 500));
      await soon(() => expect(running.counts.delivered).toBeGreaterThanOrEqual(at + 250));
      await rollover(stream);
    }
    await running.finished();
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
  });

  test('a disk is full for ten minutes', async () => {
    const { spool, documents, stream, held } = start(300, 'full');
    const running = deliver(spool, { url: store.url });
    const block = (value: true | null) =>
      client.call('PUT', `/${stream}/_settings`, { 'index.blocks.read_only_allow_delete': value });
    spool.append(documents.slice(0, 100));
    await running.finished();
    await block(true);
    spool.append(documents.slice(100));
    await soon(() => expect(running.states.at(-1)).toMatchObject({ kind: 'down', failure: 'denied' }));
    const fullAtMs = running.clock.nowMs();
    await soon(() => expect(running.clock.nowMs() - fullAtMs).toBeGreaterThan(600_000));
    await block(null);
    await running.finished();
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
    expect(running.letters.count()).toBe(0);
  });

  test('a template is broken and put right', async () => {
    const { spool, documents, stream, held } = start(1_000, 'broken');
    const put = (type: string) =>
      client.call('PUT', '/_index_template/broken', {
        index_patterns: ['logs-harborlight.*-broken'],
        priority: 300,
        data_stream: {},
        template: { settings: { number_of_replicas: 0 }, mappings: { properties: { message: { type } } } },
      });
    await put('long');
    const running = deliver(spool, { url: store.url });
    spool.append(documents);
    await soon(() => expect(running.states.at(-1)).toMatchObject({ kind: 'down', failure: 'denied' }));
    await put('text');
    await rollover(stream);
    await running.finished();
    expect(running.letters.count()).toBe(0);
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
  });

  test('two exporters send what they saw on one engine', async () => {
    const { spool, documents, held } = start(1_000, 'two');
    const other = createMemorySpool();
    const both = [deliver(spool, { url: store.url }), deliver(other, { url: store.url, gzip: true })];
    spool.append(documents);
    other.append(documents);
    await Promise.all(both.map(({ finished }) => finished()));
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
  });

  test('the store is killed and down for ten minutes', { timeout: 180_000 }, async () => {
    const { spool, documents, held } = start(2_000, 'down');
    const running = deliver(spool, { url: store.url, limits: { batchSize: 20_000 } });
    spool.append(documents.slice(0, 1_000));
    await soon(() => expect(running.counts.delivered).toBeGreaterThan(100));
    await store.kill();
    const downAtMs = running.clock.nowMs();
    spool.append(documents.slice(1_000));
    await soon(() => expect(running.clock.nowMs() - downAtMs).toBeGreaterThan(600_000));
    expect(running.states.at(-1)).toMatchObject({ kind: 'down' });
    // With what the next row needs.
    await store.restart({
      'thread_pool.write.size': '1',
      'thread_pool.write.queue_size': '1',
      'indexing_pressure.memory.limit': '100kb',
    });
    await running.finished();
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
    expect(running.letters.count()).toBe(0);
  });

  test('the store throttles requests and documents', async () => {
    const { spool, documents, held } = start(3_000, 'storm');
    const other = createMemorySpool();
    const both = [spool, other].map((each) => deliver(each, { url: store.url, limits: { batchSize: 200_000 } }));
    spool.append(documents);
    other.append(documents);
    await Promise.all(both.map(({ finished }) => finished()));
    expect(compareIds(documents, await held())).toStrictEqual(ALL_ONCE);
    for (const { counts, letters } of both) {
      expect(counts.retried).toBeGreaterThan(0);
      expect(letters.count()).toBe(0);
    }
  });
};
