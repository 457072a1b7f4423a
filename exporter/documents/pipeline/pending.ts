import type { SpoolPosition, StoredDocument } from '../../model/document.ts';
import { streamOf } from './entry.ts';

/** Which documents were taken from the spool and are not done with. */
export interface Pending {
  /** In their order. */
  readonly took: (document: StoredDocument) => void;
  readonly done: (document: StoredDocument) => void;
  /** Acknowledges up to the first that is not done with, if that is news. */
  readonly acknowledge: () => void;
  readonly count: () => number;
  /** Of one data stream. */
  readonly countOf: (stream: string) => number;
  /** Of all from the first that is not done with on: what would be sent once more after a crash. */
  readonly size: () => number;
}

/** Documents are done with in any order, and acknowledged in the spool's. */
export function createPending(acknowledge: (position: SpoolPosition) => void): Pending {
  // The size of all before each; a map keeps the order in which it was filled, so its first is the lowest.
  const open = new Map<SpoolPosition, number>();
  let takenUpTo: SpoolPosition = 0;
  let takenSize = 0;
  let acknowledged: SpoolPosition | undefined;
  const counts = new Map<string, number>();
  const countOf = (stream: string) => counts.get(stream) ?? 0;
  return {
    took: (document) => {
      const { position, json } = document;
      // What lies before the very first is an earlier process's.
      acknowledged ??= position - 1;
      open.set(position, takenSize);
      takenUpTo = position;
      takenSize += json.length;
      const stream = streamOf(document);
      counts.set(stream, countOf(stream) + 1);
    },
    done: (document) => {
      if (!open.delete(document.position)) return;
      const stream = streamOf(document);
      counts.set(stream, countOf(stream) - 1);
    },
    acknowledge: () => {
      if (acknowledged === undefined) return;
      const first = open.keys().next();
      const upTo = first.done === true ? takenUpTo : first.value - 1;
      if (upTo <= acknowledged) return;
      acknowledged = upTo;
      acknowledge(upTo);
    },
    count: () => open.size,
    countOf,
    size: () => {
      const first = open.values().next();
      return first.done === true ? 0 : takenSize - first.value;
    },
  };
}
