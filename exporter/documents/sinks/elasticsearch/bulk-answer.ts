import type { StoredDocument } from '../../../model/document.ts';
import { errorOf, isJson, isObject, parseJson, type StoreErrorBody } from '../../store/json-answer.ts';
import type { HttpAnswer } from '../../store/node.ts';
import type { Outcome } from '../sink.ts';
import { indexIfAllCreated } from './all-stored.ts';
import { describeRefusal, shortType } from './reason.ts';

/** What of an answer is asked for: a tenth of it. */
export const BULK_FILTER =
  'errors,items.create._id,items.create._index,items.create.status,items.create.failure_store,' +
  'items.create.error.type,items.create.error.reason,items.create.error.caused_by.type,items.create.error.caused_by.reason';

/** What a store says of one document. */
export interface BulkItem {
  readonly outcome: Outcome;
  /** The index that it was written to, or is in. */
  readonly index: string | undefined;
  /** Whether it may have been stored although the store says no. */
  readonly isInDoubt: boolean;
}

/** The items of a bulk's answer, one a document in their order; undefined when it is no answer to this request. */
export function parseBulkAnswer(answer: HttpAnswer, batch: readonly StoredDocument[]): readonly BulkItem[] | undefined {
  const index = isJson(answer) ? indexIfAllCreated(answer.text, batch) : undefined;
  if (index !== undefined) {
    const item: BulkItem = { outcome: STORED, index, isInDoubt: false };
    return batch.map(() => item);
  }
  const parsed = parseJson(answer);
  if (!isObject(parsed)) return undefined;
  const items: unknown = parsed['items'];
  if (!Array.isArray(items) || items.length !== batch.length) return undefined;
  const read: BulkItem[] = [];
  for (const [position, item] of items.entries()) {
    const one = parseItem(item, batch[position]?.id);
    if (one === undefined) return undefined;
    read.push(one);
  }
  return read;
}

const STORED: Outcome = { kind: 'stored' };

function parseItem(item: unknown, id: string | undefined): BulkItem | undefined {
  const create: unknown = isObject(item) ? item['create'] : undefined;
  if (!isObject(create) || typeof create['status'] !== 'number') return undefined;
  const { status, _index: index } = create;
  // It has an id and an index of its own there.
  if (status < 300 && create['failure_store'] === 'used') return inFailureStore(status);
  if (create['_id'] !== id) return undefined;
  return {
    outcome: status < 300 ? STORED : outcomeOf(status, create),
    index: typeof index === 'string' ? index : undefined,
    isInDoubt: status >= 500,
  };
}

function inFailureStore(status: number): BulkItem {
  return {
    outcome: { kind: 'refused', status, reason: 'it went to the failure store' },
    index: undefined,
    isInDoubt: false,
  };
}

function outcomeOf(status: number, create: Readonly<Record<string, unknown>>): Outcome {
  const error = errorOf(create);
  if (status === 409 && error?.type === 'version_conflict_engine_exception') return STORED;
  if (isBlocked(status, error)) return { kind: 'retry', status: 403, reason: describeBlock(error) };
  if (status === 429 || status === 409 || status >= 500) {
    return { kind: 'retry', status, reason: `a document was answered with ${status}: ${shortType(error?.type ?? '')}` };
  }
  return { kind: 'refused', status, reason: describeRefusal(error) };
}

/** A disk that is full blocks its indices with 429 (`read_only_allow_delete`), everything else with 403. */
function isBlocked(status: number, error: StoreErrorBody | undefined): boolean {
  return status === 401 || status === 403 || (status === 429 && error?.type === 'cluster_block_exception');
}

function describeBlock(error: StoreErrorBody | undefined): string {
  if (error?.type !== 'cluster_block_exception') return `not allowed to write: ${shortType(error?.type ?? '')}`;
  if (/read-only-allow-delete|flood.stage/.test(error.reason)) return 'an index is read-only because a disk is full';
  return 'an index is blocked for writing';
}
