import type { StoredDocument } from '../../../model/document.ts';
import type { StoreAddress } from '../../store/address.ts';
import { authorizationOf } from '../../store/auth.ts';
import { errorOf, parseJson } from '../../store/json-answer.ts';
import { openNode } from '../../store/node.ts';
import { RequestError } from '../../store/request-error.ts';
import type { Outcome, Sink } from '../sink.ts';
import { statusError } from './answer-status.ts';
import { BULK_FILTER, type BulkItem, parseBulkAnswer } from './bulk-answer.ts';
import { compress, createBulkBody, dataStreamOf } from './bulk-body.ts';
import { type Cluster, type ClusterAnswer, createCluster } from './cluster.ts';
import { createDoubts, type Doubts } from './doubts.ts';
import { describeRefusal } from './reason.ts';
import { createWriteIndices, type SinkMemory, type WriteIndices } from './write-indices.ts';

export interface ElasticsearchOptions extends StoreAddress {
  readonly name: string;
  readonly gzip: boolean;
  /** Requests that may be under way at once. */
  readonly connections?: number;
  /** The spool's reader whose documents are written. */
  readonly memory: SinkMemory;
  /** Milliseconds that never step back. */
  readonly nowMs: () => number;
}

interface Parts {
  readonly cluster: Cluster;
  readonly indices: WriteIndices;
  readonly doubts: Doubts;
  readonly bodyOf: (batch: readonly StoredDocument[]) => Buffer;
  readonly isCompressed: boolean;
}

/**
 * Writes to the data streams `logs-DATASET-NAMESPACE` of Elasticsearch 7.17, 8 and 9 and of OpenSearch 2 and 3. A block of an index (a
 * full disk, somebody's decision) is an outcome `retry` with status 403: the document is not at fault, and others may have been stored.
 */
export function createElasticsearchSink(options: ElasticsearchOptions): Sink {
  const { name, urls, auth, tls = {}, gzip, timeoutMs, connections = 4, memory, nowMs } = options;
  const nodes = urls.map((text) => {
    const url = new URL(text);
    return openNode({ url, authorization: authorizationOf(auth, url), tls, timeoutMs, connections });
  });
  const cluster = createCluster(nodes, nowMs);
  const indices = createWriteIndices(memory);
  const doubts = createDoubts(cluster, indices, memory);
  const parts = { cluster, indices, doubts, bodyOf: createBulkBody(), isCompressed: gzip };
  return { name, write: (batch, signal) => write(parts, batch, signal), close: cluster.close };
}

const STORED: Outcome = { kind: 'stored' };

async function write(parts: Parts, batch: readonly StoredDocument[], signal: AbortSignal): Promise<readonly Outcome[]> {
  const { doubts } = parts;
  const there = await doubts.findStored(batch, signal);
  if (there.size === 0) return create(parts, batch, signal);
  const missing = batch.filter(({ id }) => !there.has(id));
  const created = missing.length === 0 ? [] : await create(parts, missing, signal);
  const outcomes = new Map(missing.map(({ position }, at) => [position, created[at]]));
  return batch.map((document) => {
    const outcome = outcomes.get(document.position);
    if (outcome !== undefined) return outcome;
    doubts.settled(document);
    return STORED;
  });
}

async function create(
  parts: Parts,
  batch: readonly StoredDocument[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const { doubts } = parts;
  const sentTo = doubts.writtenTo(batch);
  try {
    return settle(parts, { batch, sentTo }, await createItems(parts, batch, signal));
  } catch (error) {
    // The signal's reason too: it ended the request, not what the store does with it.
    if (!(error instanceof RequestError) || error.mayBeStored) doubts.mayBeStored(batch, sentTo);
    throw error;
  }
}

async function createItems(
  parts: Parts,
  batch: readonly StoredDocument[],
  signal: AbortSignal,
): Promise<readonly BulkItem[]> {
  const { cluster, bodyOf, isCompressed } = parts;
  const plain = bodyOf(batch);
  const body = isCompressed ? await compress(plain) : plain;
  const path = `/_bulk?filter_path=${BULK_FILTER}`;
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(isCompressed && { 'content-encoding': 'gzip' }),
  };
  const sent = await cluster.send({ method: 'POST', path, headers, body }, signal);
  if (sent.answer.status === 400) return wholeRefused(sent, batch);
  if (sent.answer.status !== 200) {
    if (sent.answer.status < 400 || sent.answer.status === 404) sent.distrust();
    throw statusError(sent.origin, sent.answer);
  }
  const items = parseBulkAnswer(sent.answer, batch);
  if (items !== undefined) return items;
  sent.distrust();
  const message = `${sent.origin}: its answer is not that of a search engine`;
  throw new RequestError('protocol', message, { mayBeStored: true });
}

/** One document can spoil a whole request, such as by an id that is too long: it is found by halving. */
function wholeRefused({ answer, origin }: ClusterAnswer, batch: readonly StoredDocument[]): readonly BulkItem[] {
  const error = errorOf(parseJson(answer));
  if (error === undefined) throw statusError(origin, answer);
  if (batch.length > 1) throw new RequestError('too_large', `${origin} answered 400 to the whole request`);
  const outcome: Outcome = { kind: 'refused', status: 400, reason: describeRefusal(error) };
  return [{ outcome, index: undefined, isInDoubt: false }];
}

interface Sent {
  readonly batch: readonly StoredDocument[];
  /** The write index of each stream, as far as it was known. */
  readonly sentTo: ReadonlyMap<string, string | undefined>;
}

/** Learns from the items what was written to, and which of them are in doubt. */
function settle({ doubts, indices }: Parts, { batch, sentTo }: Sent, items: readonly BulkItem[]): readonly Outcome[] {
  let lastIndex: string | undefined;
  return items.map(({ outcome, index, isInDoubt }, at) => {
    const document = batch[at];
    if (document === undefined) return outcome;
    if (index !== undefined && index !== lastIndex) {
      lastIndex = index;
      const stream = dataStreamOf(document);
      // Of what was refused before it was sent to an index, the name of the stream is told.
      if (index !== stream) indices.seen(stream, index);
    }
    if (isInDoubt) doubts.mayBeStored([document], sentTo);
    else doubts.settled(document);
    return outcome;
  });
}
