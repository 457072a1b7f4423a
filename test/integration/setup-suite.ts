import { afterAll, beforeAll, expect, test } from 'vitest';
import { setUpStore } from '../../exporter/setup/set-up-store.ts';
import type { SetupOptions, SetupStep } from '../../exporter/setup/setup-step.ts';
import { createStoreClient } from '../../exporter/setup/store-client.ts';
import { type Store, type StoreOptions, startStore } from '../bed/store.ts';
import { sampleDocuments } from '../contract/sample-documents.ts';

const nothingSpecial: SetupOptions = { dryRun: false, putRole: true, replaceLifecycle: false };
const line = {
  dataset: 'harborlight.container',
  id: 'line-1',
  json: JSON.stringify({
    '@timestamp': '2026-11-21T00:45:53.123456789Z',
    event: { id: 'line-1', dataset: 'harborlight.container' },
    message: 'the quick brown fox',
    stream: 'stdout',
    harborlight: { fields: { 'any.name': { deep: [1, 'x'] } } },
  }),
};
const documents = [line, ...sampleDocuments];

/** The tests of `setup` against one real store; call it inside a suite that says what it needs. */
export const testSetup = (options: StoreOptions): void => {
  let store: Store;
  beforeAll(async () => {
    store = await startStore(options);
  });
  afterAll(() => store.stop());

  const setUp = async (special: Partial<SetupOptions> = {}): Promise<readonly SetupStep[]> => {
    const client = createStoreClient({ urls: [store.url], timeoutMs: 30_000 });
    const { signal } = new AbortController();
    try {
      const steps: SetupStep[] = [];
      for await (const step of setUpStore(client, { ...nothingSpecial, ...special }, signal)) steps.push(step);
      return steps;
    } finally {
      await client.close();
    }
  };
  const call = async (path: string, init?: RequestInit): Promise<{ status: number; body: Answer }> => {
    const response = await fetch(store.url + path, init);
    // Whatever a store says; the tests look at what they know of it.
    return { status: response.status, body: (await response.json()) as Answer };
  };
  const post = (path: string, body: object | string) =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  /** Creates documents in the stream of a dataset and makes them searchable; gives the status of each. */
  const create = async (dataset: string, documents: readonly (readonly [id: string, document: object])[]) => {
    const lines = documents.flatMap(([_id, document]) => [{ create: { _id } }, document]);
    const path = `/logs-harborlight.${dataset}-default/_bulk?refresh=true`;
    const { body } = await post(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return (body.items ?? []).map(({ create: { status } }) => status);
  };
  const search = async (dataset: string, query: object, more: object = {}): Promise<readonly string[]> => {
    const { body } = await post(`/logs-harborlight.${dataset}-default/_search`, { query, ...more });
    return (body.hits?.hits ?? []).map(({ _id }) => _id);
  };

  test('a dry run tells what would be made and makes nothing', async () => {
    const steps = await setUp({ dryRun: true });
    expect(outcomesOf(steps)['index template harborlight-lines']).toBe('created');
    expect((await call('/_index_template/harborlight*')).body.index_templates ?? []).toEqual([]);
    expect((await call('/_component_template/harborlight*')).body.component_templates ?? []).toEqual([]);
  });

  test('setup makes everything that the store has a place for, and says what it has none for', async () => {
    const outcomes = outcomesOf(await setUp());
    expect(outcomes).toMatchObject({
      'component template harborlight@mappings': 'created',
      'component template harborlight@settings': 'created',
      'index template harborlight-lines': 'created',
      'index template harborlight-records': 'created',
      'role harborlight_writer': 'left out',
    });
    // The servers of the bed have no lifecycle management.
    const policies = Object.keys(outcomes).filter((what) => what.includes('policy'));
    expect(policies.map((what) => outcomes[what])).toEqual(['left out', 'left out']);
  });

  test('a second run changes nothing', async () => {
    const outcomes = new Set((await setUp()).map(({ outcome }) => outcome));
    expect([...outcomes].toSorted()).toEqual(['found', 'left out', 'unchanged']);
  });

  test('what somebody changed is set right, and that alone', async () => {
    const template = (await call('/_index_template/harborlight-lines')).body.index_templates?.[0]?.index_template;
    // Elasticsearch 9 also gives the dates at which it was put, and does not take them back.
    const putBack = Object.entries(template ?? {}).filter(([key]) => !/_date/.test(key));
    const changed = { ...Object.fromEntries(putBack), index_patterns: ['logs-harborlight.container-other'] };
    const headers = { 'content-type': 'application/json' };
    const put = { method: 'PUT', headers, body: JSON.stringify(changed) };
    expect((await call('/_index_template/harborlight-lines', put)).status).toBe(200);
    const updated = (await setUp()).filter(({ outcome }) => outcome === 'updated');
    expect(updated.map(({ what }) => what)).toEqual(['index template harborlight-lines']);
    expect((await setUp()).filter(({ outcome }) => outcome === 'updated')).toEqual([]);
  });

  test.each(documents)(
    'a document of $dataset is stored once and found by its fields',
    async ({ dataset, id, json }) => {
      const short = dataset.replace('harborlight.', '');
      // Documents are objects.
      const document = JSON.parse(json) as object;
      expect(await create(short, [[id, document]])).toEqual([201]);
      expect(await create(short, [[id, document]])).toEqual([409]);
      for (const query of [
        { term: { 'event.id': id } },
        { term: { 'event.dataset': dataset } },
        { exists: { field: 'message' } },
        { range: { '@timestamp': { gte: '2026-11-21T00:45:52.793Z', lte: '2026-11-21T01:00:00Z' } } },
      ])
        expect(await search(short, query)).toEqual([id]);
      // Nothing of it was left out of the index.
      expect(await search(short, { exists: { field: '_ignored' } })).toEqual([]);
    },
  );

  test('a text is found by its words', async () => {
    const [id] = await search('health', { match: { 'docker.healthcheck.event.output': 'BROWN' } });
    expect(id).toBe(documents.find(({ dataset }) => dataset === 'harborlight.health')?.id);
  });

  test('the label a and the label a.b of two containers are both found', async () => {
    const labelled = (labels: object) => ({ '@timestamp': '2026-11-28T12:00:01Z', container: { labels } });
    const documents = [
      ['dotted-1', labelled({ a: 'one', 'com.example/team': 'x' })],
      ['dotted-2', labelled({ 'a.b': 'two' })],
      ['dotted-3', labelled({ a: 'three', 'a.b': 'three' })],
    ] as const;
    expect(await create('event', documents)).toEqual([201, 201, 201]);
    expect(await search('event', { term: { 'container.labels.a': 'one' } })).toEqual(['dotted-1']);
    expect(await search('event', { term: { 'container.labels.a.b': 'two' } })).toEqual(['dotted-2']);
    expect(await search('event', { term: { 'container.labels.a.b': 'three' } })).toEqual(['dotted-3']);
    expect(await search('event', { term: { 'container.labels.com.example/team': 'x' } })).toEqual(['dotted-1']);
  });

  test('a label that is too long for an index is no reason to refuse a document, where the store can be told', async () => {
    const long = { '@timestamp': '2026-11-28T12:00:05Z', container: { labels: { long: 'x'.repeat(40_000) } } };
    // OpenSearch's flat_object knows no ignore_above: what goes there is cut at its source.
    expect(await create('event', [['long', long]])).toEqual([options.product === 'opensearch' ? 400 : 201]);
  });

  test('lines a nanosecond apart are sorted', async () => {
    const at = (nanoseconds: string) => ({
      '@timestamp': `2026-11-28T12:00:02.00000${nanoseconds}Z`,
      stream: 'sorted',
    });
    const documents = [
      ['nano-3', at('0003')],
      ['nano-1', at('0001')],
      ['nano-2', at('0002')],
    ] as const;
    expect(await create('container', documents)).toEqual([201, 201, 201]);
    const sorted = await search('container', { term: { stream: 'sorted' } }, { sort: [{ '@timestamp': 'asc' }] });
    expect(sorted).toEqual(['nano-1', 'nano-2', 'nano-3']);
  });

  test('a value of the wrong kind is left out of the index, not the document refused', async () => {
    const odd = {
      '@timestamp': '2026-11-28T12:00:03Z',
      event: { duration: 'long', start: 'yesterday' },
      host: { ip: 'x' },
    };
    expect(await create('health', [['odd', odd]])).toEqual([201]);
    expect(await search('health', { term: { _ignored: 'event.duration' } })).toEqual(['odd']);
  });

  test('a document without a time is refused', async () => {
    expect(await create('health', [['no-time', { message: 'x' }]])).toEqual([400]);
    expect(await create('health', [['bad-time', { '@timestamp': 'x' }]])).toEqual([400]);
  });

  test('a field that nobody knows is kept in the document and changes no mapping', async () => {
    const unknown = { '@timestamp': '2026-11-28T12:00:04Z', harborlight: { unknown: { x: 1 } }, other: 'y' };
    expect(await create('probe', [['unknown', unknown]])).toEqual([201]);
    const again = { ...unknown, harborlight: { unknown: 'now a text' } };
    expect(await create('probe', [['unknown-2', again]])).toEqual([201]);
    expect(JSON.stringify((await call('/logs-harborlight.probe-default/_mapping')).body)).not.toContain('"unknown"');
  });
};

interface Answer {
  readonly items?: readonly { readonly create: { readonly status: number } }[];
  readonly hits?: { readonly hits: readonly { readonly _id: string }[] };
  readonly index_templates?: readonly { readonly index_template: object }[];
  readonly component_templates?: readonly object[];
}

const outcomesOf = (steps: readonly SetupStep[]): Readonly<Record<string, SetupStep['outcome']>> =>
  Object.fromEntries(steps.map(({ what, outcome }) => [what, outcome]));
