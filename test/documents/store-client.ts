/** Asks a store as its operator would. */
export interface StoreClient {
  readonly url: string;
  readonly call: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Every id that a pattern holds, in all its backing indices: one that is there twice comes twice. */
  readonly ids: (pattern?: string) => Promise<readonly string[]>;
}

interface Hits {
  readonly hits: { readonly hits: readonly { readonly _id: string }[] };
}

export const createStoreClient = (url: string): StoreClient => {
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as unknown;
  };
  return {
    url,
    call,
    ids: async (pattern = 'logs-harborlight.*-*') => {
      await call('POST', `/${pattern}/_refresh`);
      // No more than a search gives at once; who needs more gets an error.
      const found = await call('POST', `/${pattern}/_search`, { size: 10_000, _source: false });
      // What a store answers to a search.
      return (found as Hits).hits.hits.map(({ _id }) => _id);
    },
  };
};

/** The mapping of the product in small: what a source always sends, and one number to get wrong. */
export const putTemplate = (store: StoreClient, properties: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
  store.call('PUT', '/_index_template/logs-harborlight', {
    index_patterns: ['logs-harborlight.*-*'],
    priority: 250,
    data_stream: {},
    template: {
      settings: { number_of_replicas: 0 },
      mappings: {
        properties: {
          '@timestamp': { type: 'date_nanos' },
          message: { type: 'text' },
          number: { type: 'long' },
          ...properties,
        },
      },
    },
  });
