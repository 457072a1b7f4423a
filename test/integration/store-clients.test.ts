import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { needing } from '../bed/need.ts';
import { makeWebCertificates, type WebCertificates } from '../bed/web-certificates.ts';
import { type ClientOptions, type ForeignClient, foreignClients } from '../store/foreign-clients.ts';
import { type Flavour, type SimulatedStore, type SimulatedStoreOptions, startSimulatedStore } from '../store/index.ts';
import { asObject } from '../store/json.ts';

const target = 'logs-foreign-default';
const documents = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `d${index}`, '@timestamp': 1_767_225_600_000 + index, n: index }));

const startStore = async (options: SimulatedStoreOptions): Promise<SimulatedStore> => {
  const store = await startSimulatedStore(options);
  onTestFinished(store.stop);
  return store;
};
const putTemplate = async ({ url }: SimulatedStore): Promise<void> => {
  const { ok } = await fetch(`${url}/_index_template/foreign`, {
    method: 'PUT',
    body: JSON.stringify({ index_patterns: ['logs-foreign-*'], data_stream: {} }),
    headers: { 'content-type': 'application/json' },
  });
  expect(ok).toBe(true);
};
const open = (name: keyof typeof foreignClients, options: ClientOptions): ForeignClient => {
  const client = foreignClients[name](options);
  onTestFinished(client.close);
  return client;
};
const statuses = ({ items }: { readonly items?: unknown }) =>
  (Array.isArray(items) ? items : []).map((item) => asObject(asObject(item)['create'])['status']);

describe.each([
  ['es7', 'elasticsearch-7'],
  ['es8', 'elasticsearch-8'],
  ['es8', 'elasticsearch-9'],
  ['es9', 'elasticsearch-9'],
  ['opensearch', 'opensearch-2'],
  ['opensearch', 'opensearch-3'],
] as const satisfies [keyof typeof foreignClients, Flavour][])('the client %s on the simulated %s', (name, flavour) => {
  test('stores, finds, and is told item by item what is there already or unfit', async () => {
    const store = await startStore({ flavour });
    await putTemplate(store);
    const client = open(name, { node: store.url });
    expect(statuses(await client.create(target, documents(2)))).toEqual([201, 201]);
    const unfit = { id: 'unfit', '@timestamp': 1, n: 'many' };
    const answer = await client.create(target, [...documents(3), unfit]);
    expect(statuses(answer)).toEqual([409, 409, 201, 400]);
    expect(answer['errors']).toBe(true);
    expect(await client.list(target)).toEqual({ count: 3, ids: ['d0', 'd1', 'd2'] });
    expect(store.documents(target).map(({ id }) => id)).toEqual(['d0', 'd1', 'd2']);
  });

  test('has its helper store five hundred, wait for those that are not taken now, and drop what is unfit', async () => {
    const store = await startStore({ flavour });
    await putTemplate(store);
    const client = open(name, { node: store.url });
    const busy = store.fail({ kind: 'items', status: 429, only: ({ id }) => id === 'd7' }, { times: 2 });
    const unfit = { id: 'unfit', '@timestamp': 'yesterday', n: 1 };
    const result = await client.help(target, [...documents(500), unfit]);
    expect(result).toMatchObject({ successful: 500, dropped: [400] });
    expect(result.retry).toBeGreaterThan(0);
    expect(busy.hits()).toBe(2);
    expect(new Set(store.documents(target).map(({ id }) => id)).size).toBe(500);
  });

  test.each([429, 413, 503])('rejects with status %i when the whole request is refused', async (status) => {
    const store = await startStore({ flavour });
    await putTemplate(store);
    const client = open(name, { node: store.url });
    store.fail({ kind: 'status', status });
    await expect(client.create(target, documents(1))).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: status,
    });
    expect(store.documents()).toEqual([]);
  });

  test('is refused a body that is too large, by the limit itself', async () => {
    const store = await startStore({ flavour, maxContentLength: 2_000 });
    await putTemplate(store);
    const client = open(name, { node: store.url });
    await expect(client.create(target, documents(100))).rejects.toMatchObject({ statusCode: 413 });
    expect(statuses(await client.create(target, documents(10)))).toEqual(Array.from({ length: 10 }, () => 201));
  });

  test('does not learn of what was stored when its connection is reset, and finds it there', async () => {
    const store = await startStore({ flavour });
    await putTemplate(store);
    const client = open(name, { node: store.url });
    const fault = store.fail({ kind: 'reset', when: 'after' }, { times: 1 });
    await expect(client.create(target, documents(2))).rejects.toMatchObject({ name: 'ConnectionError' });
    expect(fault.hits()).toBe(1);
    expect(statuses(await client.create(target, documents(2)))).toEqual([409, 409]);
  });
});

describe('a client of Elasticsearch', () => {
  test.each([
    ['es7', { name: 'ProductNotSupportedError' }],
    // These are refused before they look at the product: their content type is unknown there.
    ['es8', { name: 'ResponseError', statusCode: 406 }],
    ['es9', { name: 'ResponseError', statusCode: 406 }],
  ] as const)('%s gets nowhere with OpenSearch, which is another product', async (name, error) => {
    const store = await startStore({ flavour: 'opensearch-2' });
    await expect(open(name, { node: store.url }).create(target, documents(1))).rejects.toMatchObject(error);
    expect(store.documents()).toEqual([]);
  });

  test.each(['es8', 'es9'] as const)('%s takes no page of a proxy for success', async (name) => {
    const store = await startStore({ flavour: name === 'es8' ? 'elasticsearch-8' : 'elasticsearch-9' });
    store.fail({ kind: 'page' });
    const taken = open(name, { node: store.url }).create(target, documents(1));
    await expect(taken).rejects.toMatchObject({ name: 'ProductNotSupportedError' });
  });

  test('version 9 is refused by Elasticsearch 8, which it asks for answers of version 9', async () => {
    const store = await startStore({ flavour: 'elasticsearch-8' });
    const client = open('es9', { node: store.url });
    await expect(client.create(target, documents(1))).rejects.toThrow('media_type_header_exception');
  });
});

describe('with TLS and credentials', needing('tls'), () => {
  let certificates: WebCertificates;
  const read = async (name: string) => ({
    cert: await readFile(join(certificates.directory, `${name}.pem`), 'utf8'),
    key: await readFile(join(certificates.directory, `${name}.key`), 'utf8'),
  });
  beforeAll(async () => {
    certificates = await makeWebCertificates();
  });
  afterAll(() => certificates.remove());
  const access = {
    apiKeys: ['a2V5OnNlY3JldA=='],
    users: { writer: 'pass:word' },
    withoutRights: { users: { reader: 'r' } },
  };

  test.each([
    ['es7', 'elasticsearch-7'],
    ['es8', 'elasticsearch-8'],
    ['es9', 'elasticsearch-9'],
    ['opensearch', 'opensearch-2'],
  ] as const)('%s is let in by its password, refused with another, and without rights', async (name, flavour) => {
    const store = await startStore({ flavour, access, certificate: await read('good') });
    const create = (username: string, password: string) =>
      open(name, { node: store.url, ca: certificates.ca, auth: { username, password } }).create('plain', documents(1));
    expect(statuses(await create('writer', 'pass:word'))).toEqual([201]);
    await expect(create('writer', 'other')).rejects.toMatchObject({ statusCode: 401 });
    await expect(create('reader', 'r')).rejects.toMatchObject({ statusCode: 403 });
  });

  test.each([
    ['es7', 'elasticsearch-7'],
    ['es8', 'elasticsearch-8'],
    ['es9', 'elasticsearch-9'],
  ] as const)('%s is let in by its API key until it is revoked', async (name, flavour) => {
    const store = await startStore({ flavour, access, certificate: await read('good') });
    const client = open(name, { node: store.url, ca: certificates.ca, auth: { apiKey: 'a2V5OnNlY3JldA==' } });
    expect(statuses(await client.create('plain', documents(1)))).toEqual([201]);
    store.setAccess({});
    await expect(client.create('plain', documents(2))).rejects.toMatchObject({ statusCode: 401 });
    store.setAccess(access);
    expect(statuses(await client.create('plain', documents(2)))).toEqual([409, 201]);
  });

  test.each([
    ['es7', 'elasticsearch-7'],
    ['es8', 'elasticsearch-8'],
    ['es9', 'elasticsearch-9'],
    ['opensearch', 'opensearch-2'],
  ] as const)(
    '%s refuses a certificate that another has signed, also one that is changed later',
    async (name, flavour) => {
      const store = await startStore({ flavour, certificate: await read('good') });
      const client = open(name, { node: store.url, ca: certificates.ca });
      expect(statuses(await client.create('plain', documents(1)))).toEqual([201]);
      store.setCertificate(await read('self-signed'));
      await expect(client.create('plain', documents(1))).rejects.toMatchObject({ name: 'ConnectionError' });
      expect(store.documents()).toHaveLength(1);
    },
  );
});
