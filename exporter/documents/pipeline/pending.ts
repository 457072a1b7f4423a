import type { SpoolPosition, StoredDocument } from '../../model/document.ts';
import { streamOf } from './entry.ts';
import { createOpenPositions } from './open-positions.ts';

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
  const open = createOpenPositions();
  let takenUpTo: SpoolPosition = 0;
  let acknowledged: SpoolPosition | undefined;
  const counts = createCounts();
  return {
    took: (document) => {
      const { position, json } = document;
      // What lies before the very first is an earlier process's.
      acknowledged ??= position - 1;
      open.add(position, json.length);
      takenUpTo = position;
      counts.of(document).open++;
    },
    done: (document) => {
      if (open.done(document.position)) counts.of(document).open--;
    },
    acknowledge: () => {
      if (acknowledged === undefined) return;
      const first = open.first();
      const upTo = first === undefined ? takenUpTo : first - 1;
      if (upTo <= acknowledged) return;
      acknowledged = upTo;
      acknowledge(upTo);
    },
    count: open.count,
    countOf: counts.openOf,
    size: open.size,
  };
}

/** By data stream. Neighbours mostly have the same one, and to make its name for each costs more than all else here. */
function createCounts() {
  const counts = new Map<string, { open: number }>();
  let last: Pick<StoredDocument, 'dataset' | 'namespace'> | undefined;
  let count = { open: 0 };
  return {
    of: (document: StoredDocument) => {
      if (last?.dataset === document.dataset && last.namespace === document.namespace) return count;
      const stream = streamOf(document);
      last = { dataset: document.dataset, namespace: document.namespace };
      count = counts.get(stream) ?? { open: 0 };
      counts.set(stream, count);
      return count;
    },
    openOf: (stream: string) => counts.get(stream)?.open ?? 0,
  };
}
