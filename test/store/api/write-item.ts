import { randomBytes } from 'node:crypto';
import type { BulkItem } from '../bulk-body.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Index, StoredDocument } from '../cluster/indices.ts';
import { isObject, type JsonObject, parseStrictJson } from '../json.ts';
import { mapDocument } from '../mapping/map-document.ts';
import { illegalArgument, StoreError } from '../store-error.ts';

/** What an item that was taken is answered with. */
export interface WrittenItem extends JsonObject {
  readonly status: number;
}

/** Writes one document; throws what it is refused with. */
export const writeItem = (cluster: Cluster, item: BulkItem, fault?: 'failure-store'): WrittenItem => {
  refuseWrongUse(cluster, item);
  const index = cluster.openForWriting(item.target);
  refuseBlocked(index);
  refuseMissingPipeline(item);
  if (item.action === 'delete') return remove(index, item);
  if (fault === 'failure-store') return store(cluster, cluster.failureIndexOf(item.target), failed(item));
  try {
    return store(cluster, index, item);
  } catch (error) {
    const keepsFailures = cluster.streams.get(item.target)?.failureStore === true;
    if (!(error instanceof StoreError) || error.status !== 400 || !keepsFailures) throw error;
    return store(cluster, cluster.failureIndexOf(item.target), failed(item));
  }
};

type Write = BulkItem & { readonly failed?: true };

/** As the failure store keeps a document. */
const failed = (item: BulkItem): Write => {
  const document = { id: item.id, index: item.target, source: item.source };
  const source = JSON.stringify({ '@timestamp': new Date().toISOString(), document });
  return { ...item, id: undefined, source, failed: true };
};

const refuseWrongUse = (cluster: Cluster, { action, creates, target }: BulkItem): void => {
  if (!creates && isStream(cluster, target)) {
    throw illegalArgument('only write ops with an op_type of create are allowed in data streams');
  }
  const stream = cluster.indices.get(target)?.stream;
  if (stream !== undefined && (action === 'create' || action === 'index')) {
    const how = creates ? 'create' : 'index and no if_primary_term and if_seq_no set';
    throw illegalArgument(
      `index request with op_type=${how} targeting backing indices is disallowed, target corresponding data stream [${stream}] instead`,
    );
  }
  if (action === 'update') throw new StoreError(404, 'document_missing_exception', 'updates are not simulated');
};

/** Whether it is one, or would be made one. */
const isStream = ({ streams, indices, templates }: Cluster, target: string): boolean => {
  const template = templates.indexTemplates.get(templates.findFor(target) ?? '');
  return streams.has(target) || (!indices.has(target) && template?.['data_stream'] !== undefined);
};

/** There are none here. */
const refuseMissingPipeline = ({ pipeline }: BulkItem): void => {
  if (pipeline === undefined || pipeline === '_none') return;
  throw illegalArgument(`pipeline with id [${pipeline}] does not exist`);
};

const refuseBlocked = ({ name, block }: Index): void => {
  if (block === 'none') return;
  const [status, why] =
    block === 'write'
      ? [403, 'FORBIDDEN/8/index write (api)']
      : [429, 'TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block'];
  throw new StoreError(status, 'cluster_block_exception', `index [${name}] blocked by: [${why}];`);
};

const store = (cluster: Cluster, index: Index, item: Write): WrittenItem => {
  const source = parseSource(cluster, item.source);
  const mapped = mapDocument(cluster.flavour, index.mapping, source);
  if (index.stream !== undefined) refuseBadTimestamp(cluster, source);
  for (const [path, field] of mapped.added) index.mapping.fields.set(path, field);
  const id = item.id ?? randomBytes(15).toString('base64url');
  const before = index.documents.get(id);
  if (before !== undefined && item.creates) throw conflict(index, id, before.version);
  const document = keep(cluster, index, { id, source, ignored: mapped.ignored, version: (before?.version ?? 0) + 1 });
  const [result, status] = before === undefined ? (['created', 201] as const) : (['updated', 200] as const);
  return { ...written(index, document, result), status, ...(item.failed && { failure_store: 'used' }) };
};

const keep = (
  cluster: Cluster,
  index: Index,
  document: Pick<StoredDocument, 'id' | 'source' | 'ignored' | 'version'>,
): StoredDocument => {
  const kept = {
    ...document,
    index: index.name,
    sequence: index.nextSequence,
    arrival: cluster.nextArrival(),
    visibleFromMs: Date.now() + REFRESH_MS,
  };
  index.nextSequence += 1;
  index.documents.set(document.id, kept);
  return kept;
};

/** A search finds what is a second old. */
const REFRESH_MS = 1_000;

const remove = (index: Index, { id = '' }: BulkItem): WrittenItem => {
  const before = index.documents.get(id);
  index.documents.delete(id);
  const sequence = index.nextSequence;
  index.nextSequence += 1;
  const result = before === undefined ? 'not_found' : 'deleted';
  const version = (before?.version ?? 0) + 1;
  return { ...written(index, { id, version, sequence }, result), status: before === undefined ? 404 : 200 };
};

const written = (
  { name }: Index,
  { id, version, sequence }: { readonly id: string; readonly version: number; readonly sequence: number },
  result: string,
): JsonObject => ({
  _index: name,
  _id: id,
  _version: version,
  result,
  _shards: { total: 2, successful: 1, failed: 0 },
  _seq_no: sequence,
  _primary_term: 1,
});

const parseSource = ({ flavour }: Cluster, text: string): JsonObject => {
  const refuse = (reason: string) =>
    new StoreError(400, flavour.documentError, reason, {
      caused_by: { type: 'x_content_parse_exception', reason: '[1:1] not JSON' },
    });
  // Seen: what does not begin like an object is an internal fault of this one.
  if (flavour.product === 'elasticsearch' && flavour.major === 8 && !text.trimStart().startsWith('{')) {
    throw new StoreError(
      500,
      'not_x_content_exception',
      'Compressor detection can only be called on some xcontent bytes or compressed xcontent bytes',
    );
  }
  let parsed: unknown;
  try {
    parsed = parseStrictJson(text);
  } catch {
    throw refuse('failed to parse');
  }
  if (!isObject(parsed)) throw refuse('failed to parse, document is empty');
  return parsed;
};

const refuseBadTimestamp = ({ flavour }: Cluster, source: JsonObject): void => {
  const value = source['@timestamp'];
  const refuse = (reason: string) => new StoreError(400, flavour.documentError, reason);
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    throw refuse('data stream timestamp field [@timestamp] is missing');
  }
  if (Array.isArray(value) && value.length > 1) {
    throw refuse('data stream timestamp field [@timestamp] encountered multiple values');
  }
};

const conflict = ({ name, uuid }: Index, id: string, version: number): StoreError =>
  new StoreError(
    409,
    'version_conflict_engine_exception',
    `[${id}]: version conflict, document already exists (current version [${version}])`,
    { index_uuid: uuid, shard: '0', index: name },
  );
