import type { Cluster } from '../cluster/cluster.ts';
import type { Index, StoredDocument } from '../cluster/indices.ts';
import { asObject, asTexts, isObject, type JsonObject } from '../json.ts';
import { errorObject, illegalArgument, StoreError } from '../store-error.ts';
import { fitsQuery } from './query.ts';
import { ok, type Route, readJson, type StoreRequest } from './route.ts';
import { compareBy, readSorts, valueAt } from './sort.ts';

/** Enough to count what is stored and to list it. */
export const searchRoutes: readonly Route[] = [
  ...['/_search', '/:index/_search'].map((path) => ({
    methods: ['GET', 'POST'],
    path,
    handle: (request: StoreRequest, cluster: Cluster) => search(request, cluster),
  })),
  ...['/_count', '/:index/_count'].map((path) => ({
    methods: ['GET', 'POST'],
    path,
    handle: (request: StoreRequest, cluster: Cluster) => {
      const count = findVisible(request, cluster, readJson(request)['query']).length;
      return ok({ count, _shards: shards(1) });
    },
  })),
  ...['/_refresh', '/:index/_refresh'].map((path) => ({
    methods: ['GET', 'POST'],
    path,
    handle: ({ params }: StoreRequest, cluster: Cluster) => {
      const indices = cluster.resolve(params['index'] ?? '_all');
      cluster.refresh(indices);
      return ok({ _shards: { total: 2 * indices.length, successful: indices.length, failed: 0 } });
    },
  })),
];

const search = (request: StoreRequest, cluster: Cluster) => {
  const body = readJson(request);
  const unknown = Object.keys(body).find((key) => !SEARCH_KEYS.includes(key));
  if (unknown !== undefined) throw illegalArgument(`this store does not simulate [${unknown}] of a search`);
  const number = (name: string, otherwise: number) => Number(body[name] ?? request.query.get(name) ?? otherwise);
  const [from, size] = [number('from', 0), number('size', 10)];
  if (from + size > 10_000) {
    const cause = illegalArgument(
      `Result window is too large, from + size must be less than or equal to: [10000] but was [${from + size}].`,
    );
    throw new StoreError(400, 'search_phase_execution_exception', 'all shards failed', {
      phase: 'query',
      caused_by: errorObject(cause),
    });
  }
  const sorts = readSorts(body['sort'] ?? request.query.get('sort') ?? undefined);
  const all = findVisible(request, cluster, body['query']).sort(compareBy(sorts));
  const after = body['search_after'];
  const rest = Array.isArray(after) ? all.filter((document) => compareBy(sorts)(document, after) > 0) : all;
  const hits = rest.slice(from, from + size).map((document) => ({
    _index: document.index,
    ...(cluster.flavour.major === 7 && { _type: '_doc' }),
    _id: document.id,
    _score: sorts.length === 0 ? 1 : null,
    ...(document.ignored.length > 0 && { _ignored: document.ignored }),
    ...(body['_source'] !== false && { _source: pickSource(document.source, body['_source']) }),
    ...(sorts.length > 0 && { sort: sorts.map(({ field }) => valueAt(document, field)) }),
  }));
  const total = { value: all.length, relation: 'eq' };
  return ok({
    took: 1,
    timed_out: false,
    _shards: shards(1),
    hits: { total, max_score: all.length > 0 && sorts.length === 0 ? 1 : null, hits },
  });
};

const SEARCH_KEYS = ['query', 'size', 'from', 'sort', 'search_after', '_source', 'track_total_hits'];
const shards = (total: number) => ({ total, successful: total, skipped: 0, failed: 0 });

const findVisible = ({ params, query }: StoreRequest, cluster: Cluster, filter: unknown): StoredDocument[] => {
  if (query.has('q')) throw illegalArgument('this store does not simulate [q] of a search');
  const now = Date.now();
  const isVisible =
    ({ refreshedUpTo }: Index) =>
    ({ arrival, visibleFromMs }: StoredDocument) =>
      arrival <= refreshedUpTo || visibleFromMs <= now;
  return resolveSearched(params['index'] ?? '_all', cluster, query)
    .flatMap((index) => [...index.documents.values()].filter(isVisible(index)))
    .filter((document) => fitsQuery(filter, document));
};

const resolveSearched = (target: string, cluster: Cluster, query: URLSearchParams): readonly Index[] => {
  if (query.get('ignore_unavailable') !== 'true') return cluster.resolve(target);
  return target.split(',').flatMap((name) => {
    const isThere = name.includes('*') || cluster.streams.has(name) || cluster.indices.has(name);
    return isThere ? cluster.resolve(name) : [];
  });
};

const pickSource = (source: JsonObject, wanted: unknown): JsonObject => {
  const names = isObject(wanted) ? asTexts(wanted['includes']) : asTexts(wanted);
  if (names.length === 0) return source;
  const tops = names.map((name) => name.split('.')[0]);
  return asObject(
    Object.fromEntries(Object.entries(source).filter(([key]) => tops.includes(key) || names.includes(key))),
  );
};
