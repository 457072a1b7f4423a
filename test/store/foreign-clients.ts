import { Client as OpenSearchClient } from '@opensearch-project/opensearch';
import { Client as Client7 } from 'es7';
import { Client as Client8 } from 'es8';
import { Client as Client9 } from 'es9';
import { asObject, type JsonObject } from './json.ts';

/** Somebody else's client, as far as the tests use it. */
export interface ForeignClient {
  /** A bulk of creates; its answer. Rejects as the client does. */
  readonly create: (target: string, documents: readonly ClientDocument[]) => Promise<JsonObject>;
  /** The client's own helper, which batches, retries and drops. */
  readonly help: (target: string, documents: readonly ClientDocument[]) => Promise<HelperResult>;
  /** After a refresh: the number of documents, and the ids that a search gives in order of time. */
  readonly list: (target: string) => Promise<{ readonly count: unknown; readonly ids: readonly unknown[] }>;
  readonly close: () => Promise<void>;
}

export interface ClientDocument {
  readonly id: string;
  readonly [field: string]: unknown;
}

export interface HelperResult {
  readonly successful: number;
  readonly retry: number;
  readonly dropped: readonly number[];
}

export interface ClientOptions {
  readonly node: string;
  readonly auth?: { readonly username: string; readonly password: string } | { readonly apiKey: string };
  readonly ca?: string;
}

/** Makes one; those of Elasticsearch look for its product header. */
export type MakeClient = (options: ClientOptions) => ForeignClient;

/** By the packages' major versions. */
export const foreignClients: Readonly<Record<'es7' | 'es8' | 'es9' | 'opensearch', MakeClient>> = {
  es7: (options) => {
    const client = new Client7({ ...settings(options), ...(options.ca !== undefined && { ssl: { ca: options.ca } }) });
    return wrap({
      bulk: async (index, body) => (await client.bulk({ index, body })).body,
      refresh: (index) => client.indices.refresh({ index }),
      count: async (index) => (await client.count({ index })).body,
      search: async (index) => (await client.search({ index, body: SEARCH })).body,
      help: (options) => client.helpers.bulk(options),
      close: () => client.close(),
    });
  },
  // The calls of 8 and 9 are the same, their types are not.
  es8: (options) => {
    const client = new Client8({ ...settings(options), ...(options.ca !== undefined && { tls: { ca: options.ca } }) });
    return wrap({
      bulk: (index, operations) => client.bulk({ index, operations }),
      refresh: (index) => client.indices.refresh({ index }),
      count: (index) => client.count({ index }),
      search: (index) => client.search({ index, ...SEARCH }),
      help: (options) => client.helpers.bulk(options),
      close: () => client.close(),
    });
  },
  es9: (options) => {
    const client = new Client9({ ...settings(options), ...(options.ca !== undefined && { tls: { ca: options.ca } }) });
    return wrap({
      bulk: (index, operations) => client.bulk({ index, operations }),
      refresh: (index) => client.indices.refresh({ index }),
      count: (index) => client.count({ index }),
      search: (index) => client.search({ index, ...SEARCH }),
      help: (options) => client.helpers.bulk(options),
      close: () => client.close(),
    });
  },
  opensearch: ({ node, auth, ca }) => {
    const client = new OpenSearchClient({
      node,
      maxRetries: 0,
      // It knows no API keys.
      ...(auth !== undefined && 'username' in auth && { auth }),
      ...(ca !== undefined && { ssl: { ca } }),
    });
    return wrap({
      bulk: async (index, body) => (await client.bulk({ index, body })).body,
      refresh: (index) => client.indices.refresh({ index }),
      count: async (index) => (await client.count({ index })).body,
      search: async (index) => (await client.search({ index, body: SEARCH })).body,
      help: (options) => client.helpers.bulk(options),
      close: () => client.close(),
    });
  },
};

interface Calls {
  readonly bulk: (index: string, lines: object[]) => Promise<unknown>;
  readonly refresh: (index: string) => PromiseLike<unknown>;
  readonly count: (index: string) => Promise<unknown>;
  readonly search: (index: string) => Promise<unknown>;
  readonly help: (options: ReturnType<typeof helperOptions>) => PromiseLike<{ successful: number; retry: number }>;
  readonly close: () => Promise<void>;
}

const SEARCH = { size: 100, sort: [{ '@timestamp': 'asc' as const }] };

/** With short waits between its tries. */
const helperOptions = (
  target: string,
  documents: readonly ClientDocument[],
  onDrop: (dropped: { readonly status: number }) => void,
) => ({
  datasource: [...documents],
  onDocument: ({ id }: ClientDocument) => ({ create: { _index: target, _id: id } }),
  onDrop,
  wait: 20,
  retries: 3,
  flushBytes: 20_000,
});

const settings = ({ node, auth }: ClientOptions) => ({ node, maxRetries: 0, ...(auth !== undefined && { auth }) });

const wrap = ({ bulk, refresh, count, search, help, close }: Calls): ForeignClient => ({
  create: async (target, documents) =>
    asObject(
      await bulk(
        target,
        documents.flatMap(({ id, ...document }) => [{ create: { _id: id } }, document]),
      ),
    ),
  help: async (target, documents) => {
    const dropped: number[] = [];
    const { successful, retry } = await help(
      helperOptions(target, documents, ({ status }) => void dropped.push(status)),
    );
    return { successful, retry, dropped };
  },
  list: async (target) => {
    await refresh(target);
    const { hits } = asObject(asObject(await search(target))['hits']);
    const ids = (Array.isArray(hits) ? hits : []).map((hit) => asObject(hit)['_id']);
    return { count: asObject(await count(target))['count'], ids };
  },
  close,
});
