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

export function createGathering(lingerMs: number): Gathering {
  let entries: Entry[] = [];
  /** When each of them came. */
  let timesMs: number[] = [];
  let size = 0;
  const dueMs = () => (timesMs[0] === undefined ? undefined : timesMs[0] + lingerMs);
  return {
    add: (documents, atMs) => {
      for (const document of documents) {
        const entry: Entry = { document, tries: 0 };
        entries.push(entry);
        timesMs.push(atMs);
        size += sizeOf(entry);
      }
    },
    isReady: (nowMs, wanted) => size >= wanted || (dueMs() ?? Infinity) <= nowMs,
    take: (maxSize) => {
      let count = 0;
      let takenSize = 0;
      for (const entry of entries) {
        if (count > 0 && takenSize + sizeOf(entry) > maxSize) break;
        count++;
        takenSize += sizeOf(entry);
      }
      const taken = entries.slice(0, count);
      entries = entries.slice(count);
      timesMs = timesMs.slice(count);
      size -= takenSize;
      return taken;
    },
    takeNewest: () => {
      const newest = entries.pop();
      timesMs.pop();
      if (newest !== undefined) size -= sizeOf(newest);
      return newest;
    },
    dueMs,
    size: () => size,
  };
}
