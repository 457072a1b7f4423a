import type { SpoolPosition, StoredDocument } from '../../model/document.ts';
import { acknowledge, type Cursor, give, needs, nextOf, type Stretch, skip } from './cursor.ts';
import type { CursorFile, SavedCursor } from './cursor-file.ts';
import type { Segments } from './segments.ts';
import type { SpoolReaderStatus } from './spool.ts';
import { measureWaiting } from './waiting.ts';

/** Where one sink is, in memory and on disk. */
export interface SinkPlace {
  readonly sink: string;
  /** The position that the sink gets next. */
  readonly next: () => SpoolPosition;
  readonly give: (documents: readonly StoredDocument[]) => void;
  /** The sink will never get those from the next one to this one. */
  readonly lose: (to: SpoolPosition) => void;
  readonly acknowledge: (position: SpoolPosition) => void;
  readonly inDoubtUpTo: SpoolPosition;
  readonly note: () => string | undefined;
  readonly setNote: (note: string) => void;
  readonly status: () => SpoolReaderStatus;
  /** Whether one of these is needed, by this process or by one that goes on with what is on disk. */
  readonly needs: (stretch: Stretch) => boolean;
  /** Resolves when what has changed is on disk. One call at a time. */
  readonly save: (state: 'open' | 'closed') => Promise<void>;
}

export interface SinkPlaceOptions {
  readonly file: CursorFile;
  readonly segments: Segments;
  /** What the last process left, or what a new sink begins with. */
  readonly saved: SavedCursor;
}

export function createSinkPlace({ file, segments, saved }: SinkPlaceOptions): SinkPlace {
  const { sink } = saved;
  const inDoubtUpTo = saved.inDoubtUpTo > saved.acknowledged ? saved.inDoubtUpTo : 0;
  let cursor: Cursor = acknowledge({ ...saved, given: saved.acknowledged }, saved.acknowledged);
  let safe = cursor;
  let note = saved.note;
  let lostDocuments = saved.lostDocuments;
  let isChanged = true;
  /** Given and not acknowledged yet. */
  let given: readonly (readonly StoredDocument[])[] = [];

  const change = (next: Cursor) => {
    isChanged ||= next.acknowledged !== cursor.acknowledged || next.skipped !== cursor.skipped;
    cursor = next;
    given = given.filter((documents) => (documents.at(-1)?.position ?? 0) > cursor.acknowledged);
  };
  return {
    sink,
    next: () => nextOf(cursor),
    give: (documents) => {
      given = [...given, documents];
      change(give(cursor, documents.at(-1)?.position ?? 0));
    },
    lose: (to) => {
      lostDocuments += to - nextOf(cursor) + 1;
      change(skip(cursor, to));
    },
    acknowledge: (position) => change(acknowledge(cursor, position)),
    inDoubtUpTo,
    note: () => note,
    setNote: (text) => {
      isChanged ||= text !== note;
      note = text;
    },
    status: () => ({ sink, ...measureWaiting({ cursor, segments, given }), lostDocuments }),
    needs: (stretch) => needs(cursor, stretch) || needs(safe, stretch),
    save: async (state) => {
      if (!isChanged && state === 'open') return;
      isChanged = false;
      const saving = cursor;
      const { acknowledged, skipped } = saving;
      const doubt = Math.max(inDoubtUpTo, saving.given);
      const content = { sink, state, acknowledged, skipped, inDoubtUpTo: doubt, lostDocuments };
      try {
        await file.write({ ...content, ...(note !== undefined && { note }) });
      } catch (error) {
        isChanged = true;
        throw error;
      }
      safe = saving;
    },
  };
}
