import { type BulkItem, parseBulkBody } from '../bulk-body.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Fault } from '../faults.ts';
import type { FlavourFacts } from '../flavour.ts';
import type { JsonObject } from '../json.ts';
import { errorObject, StoreError } from '../store-error.ts';
import { ok, type Route, type StoreRequest } from './route.ts';
import { writeItem } from './write-item.ts';

/** `_bulk`, and the interfaces that write one document. */
export const bulkRoutes = (cluster: Pick<Cluster, 'flavour'>): readonly Route[] => {
  const isNewer = cluster.flavour.product === 'elasticsearch' && cluster.flavour.major >= 8;
  const parameters = [
    ...BULK_PARAMETERS,
    ...(isNewer ? ['require_data_stream', 'list_executed_pipelines', 'include_source_on_error'] : []),
  ];
  return [
    { methods: ['POST', 'PUT'], path: '/_bulk', parameters, handle: bulk },
    { methods: ['POST', 'PUT'], path: '/:index/_bulk', parameters, handle: bulk },
    { methods: ['POST', 'PUT'], path: '/:index/_create/:id', handle: (request, all) => single(request, all, 'create') },
    { methods: ['POST', 'PUT'], path: '/:index/_doc/:id', handle: (request, all) => single(request, all, 'index') },
    { methods: ['POST'], path: '/:index/_doc', handle: (request, all) => single(request, all, 'index') },
  ];
};

const BULK_PARAMETERS = [
  ...['timeout', 'refresh', 'wait_for_active_shards', 'pipeline', 'routing', 'require_alias', 'type'],
  ...['_source', '_source_includes', '_source_excludes'],
];

const bulk: Route['handle'] = ({ body, params, query, fault }, cluster) => {
  const startedMs = performance.now();
  const defaults = { target: params['index'], pipeline: query.get('pipeline') ?? undefined };
  const items = parseBulkBody(cluster.flavour, body, defaults).map((item) => answerItem(cluster, item, fault));
  if (query.has('refresh') && query.get('refresh') !== 'false') cluster.refresh([...cluster.indices.values()]);
  const errors = items.some((item) => Object.values(item).some((answer) => 'error' in answer));
  return ok({ took: Math.round(performance.now() - startedMs), errors, items });
};

/** What a bulk's answer holds of one item. */
const answerItem = (
  cluster: Cluster,
  item: BulkItem,
  fault: Fault | undefined,
): Readonly<Record<string, JsonObject>> => {
  const type = cluster.flavour.major === 7 ? { _type: '_doc' } : {};
  try {
    return { [item.action]: { ...type, ...writeItem(cluster, item, strikes(cluster, item, fault)) } };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const { status } = error;
    const index = indexNameOf(cluster, item);
    return { [item.action]: { _index: index, ...type, _id: item.id ?? null, status, error: errorObject(error) } };
  }
};

/** The backing index where there is one. */
const indexNameOf = (cluster: Cluster, { target, creates }: BulkItem): string =>
  creates ? (cluster.streams.get(target)?.indices.at(-1)?.name ?? target) : target;

const strikes = (cluster: Cluster, item: BulkItem, fault: Fault | undefined): 'failure-store' | undefined => {
  if (fault?.kind !== 'items' && fault?.kind !== 'failure-store') return undefined;
  if (fault.only?.(item) === false) return undefined;
  if (fault.kind === 'failure-store') return 'failure-store';
  throw refuseItem(cluster.flavour, fault);
};

const refuseItem = (
  { rejected }: FlavourFacts,
  { status, type, reason }: Fault & { readonly kind: 'items' },
): StoreError => {
  const [usual, why] = ITEM_ERRORS[status] ?? ['illegal_argument_exception', 'refused'];
  return new StoreError(status, type ?? (status === 429 ? rejected : usual), reason ?? why);
};

/** What the engines say with each. */
const ITEM_ERRORS: Readonly<Record<number, readonly [string, string]>> = {
  403: ['cluster_block_exception', 'index [x] blocked by: [FORBIDDEN/8/index write (api)];'],
  404: ['index_not_found_exception', 'no such index [x] and [action.auto_create_index] is [false]'],
  409: ['version_conflict_engine_exception', '[x]: version conflict, document already exists (current version [1])'],
  413: ['illegal_argument_exception', 'the document is too large'],
  429: ['', 'rejected execution of primary operation'],
  500: ['exception', 'an internal fault'],
  503: ['unavailable_shards_exception', '[x][0] primary shard is not active Timeout: [1m]'],
};

const single = (request: StoreRequest, cluster: Cluster, action: 'create' | 'index'): ReturnType<Route['handle']> => {
  const { index = '', id } = request.params;
  const creates = action === 'create' || request.query.get('op_type') === 'create';
  const pipeline = request.query.get('pipeline') ?? undefined;
  const item: BulkItem = { action, creates, target: index, id, pipeline, source: request.body };
  const { status, ...body } = writeItem(cluster, item);
  if (request.query.has('refresh')) cluster.refresh([...cluster.indices.values()]);
  return { status, body };
};
