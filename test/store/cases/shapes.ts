import { asObject, isObject, type JsonObject } from '../json.ts';
import type { CaseStore } from './case-store.ts';

/** An answer whose members are compared. */
export interface ShapedAnswer {
  readonly name: string;
  readonly ask: (store: CaseStore) => Promise<unknown>;
  /** What differs on purpose: members that one of the two lacks. */
  readonly apart?: RegExp;
}

const stream = 'logs-plain-default';
const create = (id: string) => JSON.stringify({ create: { _id: id } });
const bulk = async ({ send }: CaseStore, ...lines: readonly string[]) => {
  const headers = { 'content-type': 'application/x-ndjson' };
  return (await send({ method: 'POST', path: `/${stream}/_bulk`, body: `${lines.join('\n')}\n`, headers })).json;
};
const get = async ({ send }: CaseStore, path: string) => (await send({ method: 'GET', path })).json;
const post = async ({ send }: CaseStore, path: string, body: JsonObject) => {
  const headers = { 'content-type': 'application/json' };
  return (await send({ method: 'POST', path, body: JSON.stringify(body), headers })).json;
};
const at = '{"@timestamp":"2026-01-02"}';

/** After the cases, in the data stream `logs-plain-default`. */
export const shapedAnswers: readonly ShapedAnswer[] = [
  {
    name: 'the root',
    ask: (store) => get(store, '/'),
    // The bed's Elasticsearch answers by a plugin of its own there.
    apart: /^\.(cluster_uuid|version\.lucene_version) /,
  },
  { name: 'an item that is stored', ask: (store) => bulk(store, create('shape'), at) },
  { name: 'an item that is there already', ask: (store) => bulk(store, create('shape'), at) },
  {
    name: 'an item that is unfit',
    ask: (store) => bulk(store, create('s2'), '{"@timestamp":"yesterday"}'),
    // Causes of causes.
    apart: /\.caused_by\.caused_by\./,
  },
  { name: 'an item for no index', ask: (store) => bulk(store, '{"create":{"_index":"UPPER"}}', at) },
  { name: 'a request that is refused', ask: (store) => bulk(store, '{"upsert":{}}', at) },
  {
    name: 'documents by id',
    ask: async (store) => {
      const [index = ''] = Object.keys(asObject(await get(store, `/${stream}`)));
      return post(store, '/_mget', {
        docs: [
          { _index: index, _id: 'shape' },
          { _index: index, _id: 'no' },
          { _index: 'no', _id: 'no' },
        ],
      });
    },
  },
  { name: 'a count', ask: (store) => get(store, `/${stream}/_count`) },
  {
    name: 'a search',
    ask: (store) =>
      post(store, `/${stream}/_search`, { size: 1, sort: ['@timestamp'], query: { ids: { values: ['shape'] } } }),
  },
  { name: 'an index that is not there', ask: (store) => get(store, '/nosuch/_count') },
  { name: 'a rollover', ask: (store) => post(store, `/${stream}/_rollover`, {}) },
  {
    name: 'health',
    ask: (store) => get(store, '/_cluster/health'),
    // Figures of shards and queues.
    apart: /shards|tasks|queue|fetch/,
  },
];

/** What of both is to be the same. */
export const comparable = ({ apart }: ShapedAnswer, answer: unknown): readonly string[] =>
  [...shapeOf(answer)].filter((member) => apart?.test(member) !== true).sort();

/** The names of all members of a JSON value with the kinds of their values; of a list those of its items. */
const shapeOf = (value: unknown, prefix = ''): ReadonlySet<string> => {
  if (Array.isArray(value)) return new Set(value.flatMap((one: unknown) => [...shapeOf(one, `${prefix}[]`)]));
  if (isObject(value))
    return new Set(Object.entries(value).flatMap(([key, inner]) => [...shapeOf(inner, `${prefix}.${key}`)]));
  return new Set([`${prefix} ${value === null ? 'null' : typeof value}`]);
};
