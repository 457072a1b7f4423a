import type { StoredDocument } from '../../model/document.ts';
import { type Entry, sizeOf } from './entry.ts';

/** New documents on their way into a request. */
export interface Gathering {
  readonly add: (documents: readonly StoredDocument[], nowMs: number) => void;
  /** Whether enough are here for a request, or the first of them has waited long enough. */
  readonly isReady: (nowMs: number, size: number) => boolean;
  /** At least one, and no more than this size. */
  readonly take: (size: number) => readonly Entry[];
  readonly takeNewest: () => Entry | undefined;
  /** When the first of them has waited long enough; counted from its arrival, whatever comes after (no debounce). */
  readonly dueMs: () => number | undefined;
  readonly size: () => number;
}

interface Arrival {
  readonly entry: Entry;
  readonly atMs: number;
}

export function createGathering(lingerMs: number): Gathering {
  let arrivals: Arrival[] = [];
  let size = 0;
  const dueMs = () => (arrivals[0] === undefined ? undefined : arrivals[0].atMs + lingerMs);
  return {
    add: (documents, atMs) => {
      for (const document of documents) {
        const entry: Entry = { document, tries: 0 };
        arrivals.push({ entry, atMs });
        size += sizeOf(entry);
      }
    },
    isReady: (nowMs, wanted) => size >= wanted || (dueMs() ?? Infinity) <= nowMs,
    take: (maxSize) => {
      const taken: Entry[] = [];
      let takenSize = 0;
      for (const { entry } of arrivals) {
        if (taken.length > 0 && takenSize + sizeOf(entry) > maxSize) break;
        taken.push(entry);
        takenSize += sizeOf(entry);
      }
      arrivals = arrivals.slice(taken.length);
      size -= takenSize;
      return taken;
    },
    takeNewest: () => {
      const newest = arrivals.pop();
      if (newest !== undefined) size -= sizeOf(newest.entry);
      return newest?.entry;
    },
    dueMs,
    size: () => size,
  };
}
