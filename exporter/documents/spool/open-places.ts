import type { SpoolPosition } from '../../model/document.ts';
import { openCursorFile, type SavedCursor } from './cursor-file.ts';
import type { Segments } from './segments.ts';
import { createSinkPlace, type SinkPlace } from './sink-place.ts';

export interface PlacesOptions {
  readonly directory: string;
  readonly sinks: readonly string[];
  readonly segments: Segments;
  /** Of all sinks that ever were. */
  readonly cursors: readonly SavedCursor[];
}

export interface Places {
  /** Those of this process's sinks. */
  readonly all: readonly SinkPlace[];
  /** Resolves when those that are sinks no more are said to have left. */
  readonly leave: () => Promise<void>;
}

/** Where each sink goes on. */
export function openPlaces({ directory, sinks, segments, cursors }: PlacesOptions): Places {
  const last = segments.next() - 1;
  const oldest = segments.list()[0]?.first ?? segments.next();
  const left = cursors.filter(({ sink, state }) => !sinks.includes(sink) && state !== 'left');
  const beginOf = (found: SavedCursor | 'unreadable' | undefined, sink: string): SavedCursor => {
    if (found === undefined) return newCursor(sink, last);
    // Nobody knows how far it was: what comes twice is less than what never comes.
    if (found === 'unreadable') return { ...newCursor(sink, oldest - 1), inDoubtUpTo: last };
    return settled(found, last);
  };
  return {
    all: sinks.map((sink) => {
      const file = openCursorFile(directory, sink);
      return createSinkPlace({ file, segments, saved: beginOf(file.read(), sink) });
    }),
    leave: async () => {
      for (const cursor of left)
        await openCursorFile(directory, cursor.sink).write({ ...settled(cursor, last), state: 'left' });
    },
  };
}

/** A process that did not live to close its cursor may have sent everything. */
function settled(cursor: SavedCursor, last: SpoolPosition): SavedCursor {
  return cursor.state === 'open' ? { ...cursor, inDoubtUpTo: last } : cursor;
}

function newCursor(sink: string, acknowledged: SpoolPosition): SavedCursor {
  return { sink, state: 'closed', acknowledged, skipped: [], inDoubtUpTo: 0, lostDocuments: 0 };
}
