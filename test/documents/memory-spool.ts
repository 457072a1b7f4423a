import type { SpoolReader } from '../../exporter/documents/spool/spool.ts';
import type { NewDocument, StoredDocument } from '../../exporter/model/document.ts';
import { untilAborted } from '../../exporter/util/until-aborted.ts';
import { withResolvers } from '../../exporter/util/with-resolvers.ts';

/** A spool in memory with one reader, for what is about the reader's user. */
export interface MemorySpool {
  readonly append: (documents: readonly NewDocument[]) => void;
  /** From what is not acknowledged, as after a restart; the one before is not to be used any more. */
  readonly openReader: () => SpoolReader;
  readonly acknowledged: () => number;
  /** What was acknowledged beyond this was not saved when the process was killed. */
  readonly crash: (saved: number) => void;
  readonly all: () => readonly StoredDocument[];
}

export const createMemorySpool = (): MemorySpool => {
  const all: StoredDocument[] = [];
  let acknowledged = 0;
  let readUpTo = 0;
  let note: string | undefined;
  let more = withResolvers<undefined>();
  return {
    append: (documents) => {
      for (const document of documents) all.push({ ...document, position: all.length + 1, storedAtMs: 0 });
      more.resolve(undefined);
    },
    openReader: () => {
      const inDoubtUpTo = readUpTo;
      readUpTo = acknowledged;
      return {
        inDoubtUpTo,
        read: async (maxBytes, signal) => {
          signal.throwIfAborted();
          while (readUpTo >= all.length) {
            more = withResolvers();
            await untilAborted(more.promise, signal);
          }
          const taken: StoredDocument[] = [];
          let size = 0;
          for (const document of all.slice(readUpTo)) {
            size += document.json.length;
            if (taken.length > 0 && size > maxBytes) break;
            taken.push(document);
          }
          readUpTo += taken.length;
          return taken;
        },
        acknowledge: (position) => {
          if (position > readUpTo) throw new Error(`acknowledged ${position}, read up to ${readUpTo}`);
          acknowledged = Math.max(acknowledged, position);
        },
        note: () => note,
        setNote: (text) => {
          note = text;
        },
        status: () => ({
          sink: 'memory',
          waitingDocuments: all.length - acknowledged,
          waitingBytes: 0,
          lostDocuments: 0,
        }),
      };
    },
    acknowledged: () => acknowledged,
    crash: (saved) => {
      acknowledged = saved;
    },
    all: () => all,
  };
};
