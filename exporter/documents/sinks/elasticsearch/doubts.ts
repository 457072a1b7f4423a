import type { StoredDocument } from '../../../model/document.ts';
import { dataStreamOf, dataStreamsOf } from './bulk-body.ts';
import type { Cluster } from './cluster.ts';
import { backingIndices, whichAreStored } from './look-up.ts';
import type { SinkMemory, WriteIndices } from './write-indices.ts';

/**
 * Exactly once over a rollover (R6).
 *
 * `create` refuses an id that is there, so to send a document twice does no harm, as long as both go to the same index. A
 * data stream's name leads to its newest backing index, and that one may be made between the two. So documents whose request may have been
 * carried out although no answer says so are looked up before they are sent again, by id (`_mget` reads what no search finds yet), in
 * all indices since the one that was written to when they were first sent, the present one included. What is there
 * counts as stored, whatever becomes of the write index afterwards; what is nowhere is sent.
 *
 * The index that was written to is known of the last answers. After a crash it is known of the note beside the cursor; where there is no
 * word of it, all backing indices are asked.
 *
 * Calls: `_resolve/index/STREAM` gives the backing indices in their order (privilege `view_index_metadata`; unlike `_data_stream`
 * it is part of every store's core), `INDEX/_mget` needs `read`. Without doubts neither is called.
 *
 * What this cannot know: a store that carries out a request after it was asked about its documents, and has made a new index in
 * between. That takes a request that outlives both its time-out and the pause after it, and a rollover in the same seconds.
 */
export interface Doubts {
  /** They are about to be sent to what is the write index now. */
  readonly mayBeStored: (batch: readonly StoredDocument[], sentTo: ReadonlyMap<string, string | undefined>) => void;
  readonly settled: (document: StoredDocument) => void;
  /** Ids of those that are stored already. */
  readonly findStored: (batch: readonly StoredDocument[], signal: AbortSignal) => Promise<ReadonlySet<string>>;
  /** The write index of each stream of a batch, as far as it is known. */
  readonly writtenTo: (batch: readonly StoredDocument[]) => ReadonlyMap<string, string | undefined>;
}

interface Doubtful {
  readonly document: StoredDocument;
  /** The oldest index that it may be in; undefined: any. */
  readonly since: string | undefined;
}

export function createDoubts(cluster: Cluster, indices: WriteIndices, { inDoubtUpTo }: SinkMemory): Doubts {
  /** The index that they were first sent to, by id. */
  const sent = new Map<string, string | undefined>();
  const doubtsAbout = (batch: readonly StoredDocument[]): readonly Doubtful[] => {
    if (sent.size === 0 && batch.every(({ position }) => position > inDoubtUpTo)) return [];
    return batch.flatMap((document) => {
      // What an earlier process sent, it sent before.
      if (document.position <= inDoubtUpTo) return [{ document, since: indices.atStart(dataStreamOf(document)) }];
      return sent.has(document.id) ? [{ document, since: sent.get(document.id) }] : [];
    });
  };
  return {
    writtenTo: (batch) => {
      return new Map(dataStreamsOf(batch).map((stream) => [stream, indices.current(stream)]));
    },
    mayBeStored: (batch, sentTo) => {
      for (const document of batch) {
        if (!sent.has(document.id)) sent.set(document.id, sentTo.get(dataStreamOf(document)));
      }
    },
    settled: ({ id }) => {
      if (sent.size > 0) sent.delete(id);
    },
    findStored: async (batch, signal) => {
      const found = new Set<string>();
      for (const [stream, doubtful] of byStream(doubtsAbout(batch))) {
        await findInStream(cluster, { stream, doubtful, found }, signal);
      }
      return found;
    },
  };
}

interface Search {
  readonly stream: string;
  readonly doubtful: readonly Doubtful[];
  /** Added to. */
  readonly found: Set<string>;
}

async function findInStream(cluster: Cluster, { stream, doubtful, found }: Search, signal: AbortSignal): Promise<void> {
  const all = await backingIndices(cluster, stream, signal);
  for (const index of all.slice(oldestOf(all, doubtful))) {
    const ids = doubtful.map(({ document }) => document.id).filter((id) => !found.has(id));
    if (ids.length === 0) return;
    for (const id of await whichAreStored(cluster, { index, ids }, signal)) found.add(id);
  }
}

/** Where to begin; an index that is deleted by now has only newer ones after it. */
function oldestOf(all: readonly string[], doubtful: readonly Doubtful[]): number {
  const places = [...new Set(doubtful.map(({ since }) => since))].map((since) => Math.max(0, all.indexOf(since ?? '')));
  return Math.min(...places);
}

function byStream(doubtful: readonly Doubtful[]): ReadonlyMap<string, readonly Doubtful[]> {
  const streams = new Map<string, Doubtful[]>();
  for (const one of doubtful) {
    const stream = dataStreamOf(one.document);
    const group = streams.get(stream);
    if (group === undefined) streams.set(stream, [one]);
    else group.push(one);
  }
  return streams;
}
