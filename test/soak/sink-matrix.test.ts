import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { needing } from '../bed/need.ts';
import { startStore } from '../bed/store.ts';
import { createManualClock } from '../documents/clocks.ts';
import { ALL_ONCE, compareIds, deliver } from '../documents/deliver.ts';
import { createMemorySpool } from '../documents/memory-spool.ts';
import { produce } from '../documents/produce.ts';
import { createStoreClient, putTemplate } from '../documents/store-client.ts';
import { testStoreRows } from '../documents/store-rows.ts';

describe('in OpenSearch 3.8 each document is there once', needing('opensearch-3'), () => {
  testStoreRows({ product: 'opensearch', version: '3' });
});

describe('in Elasticsearch 9.2 each document is there once', needing('elasticsearch-9'), () => {
  testStoreRows({ product: 'elasticsearch', version: '9' });
});

describe('one document of 12 MB', needing('elasticsearch-9'), () => {
  test('is answered with 429 for ever by Elasticsearch 9, and a dead letter while others flow', async () => {
    const store = await startStore({ product: 'elasticsearch', version: '9' });
    onTestFinished(store.stop);
    const client = createStoreClient(store.url);
    await putTemplate(client);
    const spool = createMemorySpool();
    const huge = produce(1, { series: 'huge', fields: { text: 'x'.repeat(12_000_000) } });
    const others = produce(9_000, { series: 'others' });
    const clock = createManualClock();
    const running = deliver(spool, { url: store.url, clock });
    spool.append(huge);
    let at = 0;
    await vi.waitFor(
      async () => {
        spool.append(others.slice(at, at + 20));
        at += 20;
        await clock.advance(1_000);
        expect(running.letters.count()).toBe(1);
      },
      { timeout: 300_000, interval: 20 },
    );
    expect(running.letters.all().map(({ document, status }) => [document.id, status])).toStrictEqual([
      [huge[0]?.id, 429],
    ]);
    spool.append(others.slice(at));
    await vi.waitFor(
      async () => {
        await clock.advance(1_000);
        expect(spool.acknowledged()).toBe(spool.all().length);
      },
      { timeout: 60_000 },
    );
    expect(compareIds(others, await client.ids())).toStrictEqual(ALL_ONCE);
  });
});
