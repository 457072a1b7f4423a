import { describe, expect, onTestFinished, test } from 'vitest';
import { createElasticsearchSink } from '../../../../../exporter/documents/sinks/elasticsearch/elasticsearch.ts';
import { SinkError } from '../../../../../exporter/documents/sinks/sink.ts';
import type { StoredDocument } from '../../../../../exporter/model/document.ts';
import { produce } from '../../../../documents/produce.ts';
import { createStoreClient, putTemplate } from '../../../../documents/store-client.ts';
import { type Flavour, startSimulatedStore } from '../../../../store/index.ts';

const STREAM = 'logs-harborlight.event-default';
const never = new AbortController().signal;
const batch: readonly StoredDocument[] = produce(10, { series: 'a' }).map((document, at) => ({
  ...document,
  position: at + 1,
  storedAtMs: 0,
}));

/** A sink whose first request was carried out and never answered. */
const inDoubt = async (flavour: Flavour = 'elasticsearch-8') => {
  const store = await startSimulatedStore({ flavour });
  onTestFinished(store.stop);
  await putTemplate(createStoreClient(store.url));
  const sink = createElasticsearchSink({
    name: 'store',
    urls: [store.url],
    gzip: false,
    timeoutMs: 5_000,
    memory: { inDoubtUpTo: 0, note: () => undefined, setNote: () => undefined },
    nowMs: Date.now,
  });
  onTestFinished(sink.close);
  store.fail({ kind: 'reset', when: 'after' }, { path: /_bulk/, times: 1 });
  await expect(sink.write(batch, never)).rejects.toMatchObject({ failure: 'ambiguous' });
  return { store, sink, held: () => store.documents(STREAM).length };
};

const pathsOf = ({ requests }: Awaited<ReturnType<typeof inDoubt>>['store']) =>
  requests()
    .filter(({ path }) => path.startsWith('/_') || path.includes('_mget'))
    .map(({ path }) => path.replace(/^\/\.ds-.*\//, '/INDEX/'));

describe('documents that may be stored already', () => {
  test.each(['elasticsearch-7', 'elasticsearch-8', 'elasticsearch-9', 'opensearch-2', 'opensearch-3'] as const)(
    'are looked up in %s before they are sent again, and not sent when they are there',
    async (flavour) => {
      const { store, sink, held } = await inDoubt(flavour);
      store.rollover(STREAM);
      expect(await sink.write(batch, never)).toStrictEqual(batch.map(() => ({ kind: 'stored' })));
      expect(held()).toBe(10);
      expect(pathsOf(store).slice(1)).toStrictEqual(['/_bulk', `/_resolve/index/${STREAM}`, '/INDEX/_mget']);
      // Nothing is in doubt any more.
      await sink.write(batch.slice(0, 1), never);
      expect(pathsOf(store).at(-1)).toBe('/_bulk');
    },
  );

  test('are sent again together with others when they are nowhere', async () => {
    const { store, sink, held } = await inDoubt();
    const more = produce(5, { series: 'b' }).map((document, at) => ({ ...document, position: at + 11, storedAtMs: 0 }));
    store.rollover(STREAM);
    expect(await sink.write([...more, ...batch], never)).toHaveLength(15);
    expect(held()).toBe(15);
    expect(store.requests().at(-1)?.ids).toStrictEqual(more.map(({ id }) => id));
  });

  test.each([
    [
      /_resolve/,
      403,
      'denied',
      /answered 403: to look for documents that may be stored already, view_index_metadata is needed$/,
    ],
    [/_mget/, 403, 'denied', /answered 403: to look for documents that may be stored already, read is needed$/],
    [/_resolve/, 404, 'protocol', /answered 404/],
    [/_mget/, 503, 'unavailable', /answered 503/],
    [/_mget/, 429, 'throttled', /answered 429/],
  ])('are not sent while %s answers %i', async (path, status, failure, message) => {
    const { store, sink, held } = await inDoubt();
    store.rollover(STREAM);
    const fault = store.fail({ kind: 'status', status, body: { error: { type: 'some_exception' } } }, { path });
    const error = await sink.write(batch, never).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SinkError);
    expect(error).toMatchObject({ failure, message: expect.stringMatching(message) as string });
    fault.heal();
    expect(await sink.write(batch, never)).toHaveLength(10);
    expect(held()).toBe(10);
  });

  test('are not taken for missing when a page answers in the place of the store', async () => {
    const { store, sink, held } = await inDoubt();
    store.rollover(STREAM);
    const page = store.fail({ kind: 'page' }, { path: /_mget/ });
    await expect(sink.write(batch, never)).rejects.toMatchObject({ failure: 'protocol' });
    page.heal();
    await sink.write(batch, never);
    expect(held()).toBe(10);
  });
});
