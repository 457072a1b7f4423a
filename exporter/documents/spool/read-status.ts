import type { Cursor } from './cursor.ts';
import { readCursors, type SavedCursor } from './cursor-file.ts';
import { survey } from './recover.ts';
import { createSegments } from './segments.ts';
import type { SpoolStatus } from './spool.ts';
import { measureWaiting } from './waiting.ts';

/**
 * What a spool's directory tells any process, whether another one writes to it or not: cursors are up to a second old.
 * Sinks that the last process did not have are left out.
 */
export async function readSpoolStatus(directory: string): Promise<SpoolStatus> {
  const cursors = (await readCursors(directory)).filter(({ state }) => state !== 'left');
  const found = await survey(directory);
  const acknowledged = Math.max(0, ...cursors.map((cursor) => cursor.acknowledged));
  const segments = createSegments(found, Math.max(acknowledged + 1, found.at(-1)?.next ?? 1));
  return {
    bytes: segments.bytes(),
    segments: found.length,
    readers: cursors.map((cursor) => ({
      sink: cursor.sink,
      ...measureWaiting({ cursor: asRead(cursor), segments }),
      lostDocuments: cursor.lostDocuments,
    })),
  };
}

function asRead({ acknowledged, skipped }: SavedCursor): Cursor {
  return { acknowledged, given: acknowledged, skipped };
}
