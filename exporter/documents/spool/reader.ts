import type { SpoolPosition, StoredDocument } from '../../model/document.ts';
import { untilAborted } from '../../util/until-aborted.ts';
import { type Resolvers, withResolvers } from '../../util/with-resolvers.ts';
import { firstWithinBudget } from './budget.ts';
import type { SegmentReader } from './segment-reader.ts';
import type { Segments } from './segments.ts';
import type { SinkPlace } from './sink-place.ts';
import { createSource } from './source.ts';
import type { SpoolReader, SpoolReaderOptions } from './spool.ts';
import type { Tail } from './tail.ts';

/** A reader, and what the spool does with it. */
export interface OpenedReader {
  readonly reader: SpoolReader;
  /** There are more documents; some may be too many for the budget. */
  readonly onAppended: () => void;
  /** Ends what waits for documents. */
  readonly close: () => Promise<void>;
}

export interface ReaderParts {
  readonly place: SinkPlace;
  readonly segments: Segments;
  readonly tail: Tail;
  readonly files: SegmentReader;
  /** Given up at once when the budget is exceeded. */
  readonly sliceBytes: number;
  readonly onDiskError: (error: Error) => void;
}

/** A note beyond this is a mistake. */
const MAX_NOTE_BYTES = 4096;

export function createReader(options: SpoolReaderOptions, parts: ReaderParts): OpenedReader {
  const { place } = parts;
  const lose = createLose(options, parts);
  const { read, wake, close } = createRead(parts, lose);
  return {
    reader: {
      read,
      acknowledge: place.acknowledge,
      inDoubtUpTo: place.inDoubtUpTo,
      note: place.note,
      setNote: (note) => {
        if (Buffer.byteLength(note) > MAX_NOTE_BYTES) throw new RangeError(`keep a note of ${options.sink}: too long`);
        place.setNote(note);
      },
      status: place.status,
    },
    onAppended: () => {
      const { budgetBytes } = options;
      const first = firstWithinBudget(parts.segments, place.next(), { budgetBytes, sliceBytes: parts.sliceBytes });
      if (first !== undefined) lose(first - 1);
      wake();
    },
    close,
  };
}

/** Passes over all from the next one up to a position, and tells. */
function createLose({ onLost }: SpoolReaderOptions, { place, segments }: ReaderParts): (to: SpoolPosition) => void {
  return (to) => {
    const from = place.next();
    if (to < from) return;
    const toMs = segments.timeOf(to) ?? 0;
    const fromMs = Math.min(segments.timeOf(from) ?? toMs, toMs);
    place.lose(to);
    onLost({ documents: to - from + 1, fromMs, toMs });
  };
}

function createRead({ place, segments, tail, files, onDiskError }: ReaderParts, lose: (to: SpoolPosition) => void) {
  const closing = new AbortController();
  const source = createSource({ tail, files, onDiskError, closing: closing.signal });
  let arrival: Resolvers<undefined> | undefined;
  let fetching: Promise<void> | undefined;

  /** All at once, or an abort would take documents from everybody. */
  const take = (maxBytes: number): readonly StoredDocument[] => {
    const ready = source.at(place.next());
    const [head] = ready;
    if (head === undefined) return [];
    lose(head.position - 1);
    const taken = ready.slice(0, countFitting(ready, maxBytes));
    place.give(taken);
    return taken;
  };
  const fetch = async () => {
    const position = place.next();
    const last = segments.next() - 1;
    const isThere = await source.fetch(position);
    if (!isThere && place.next() === position) lose(last);
    fetching = undefined;
  };
  const more = async () => {
    if (place.next() < segments.next()) return (fetching ??= fetch());
    arrival ??= withResolvers<undefined>();
    const { promise } = arrival;
    if (fetching === undefined) await source.rest();
    return promise;
  };
  return {
    read: async (maxBytes: number, signal: AbortSignal) => {
      for (;;) {
        signal.throwIfAborted();
        closing.signal.throwIfAborted();
        const taken = take(maxBytes);
        if (taken.length > 0) return taken;
        await untilAborted(more(), signal);
      }
    },
    wake: () => {
      arrival?.resolve(undefined);
      arrival = undefined;
    },
    close: async () => {
      closing.abort(new Error('read documents: the spool is closed'));
      arrival?.resolve(undefined);
      await fetching;
      await source.rest();
    },
  };
}

/** At least one; no more bytes of JSON than may be, and none behind one that cannot be read. */
function countFitting(documents: readonly StoredDocument[], maxBytes: number): number {
  const first = documents[0]?.position ?? 0;
  let bytes = 0;
  const end = documents.findIndex(({ json, position }, at) => {
    bytes += Buffer.byteLength(json);
    return bytes > maxBytes || position !== first + at;
  });
  return end === -1 ? documents.length : Math.max(1, end);
}
