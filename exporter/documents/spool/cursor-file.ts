import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createReplacedFile, type ReplacedFile } from '../../util/replaced-file.ts';
import { sinkFileName } from '../sink-file-name.ts';

const PREFIX = 'cursor-';
const SUFFIX = '.json';

const Position = z.int().min(0);
const Content = z.object({
  version: z.literal(1),
  sink: z.string(),
  /** `open` by a process that lives or did not live to close it, `closed`, or `left`: no sink of the last process. */
  state: z.enum(['open', 'closed', 'left']),
  acknowledged: Position,
  skipped: z.array(z.object({ from: Position, to: Position })).readonly(),
  inDoubtUpTo: Position,
  lostDocuments: z.int().min(0),
  note: z.string().exactOptional(),
});

/** A sink's cursor on disk. */
export type SavedCursor = Readonly<Omit<z.infer<typeof Content>, 'version'>>;

export interface CursorFile {
  /** Undefined when there is none. */
  readonly read: () => SavedCursor | 'unreadable' | undefined;
  /** Resolves when it is on disk. */
  readonly write: (cursor: SavedCursor) => Promise<void>;
}

export function openCursorFile(directory: string, sink: string): CursorFile {
  const file = createReplacedFile(join(directory, `${PREFIX}${sinkFileName(sink)}${SUFFIX}`));
  return {
    read: () => readCursor(file),
    write: (cursor) => file.write(`${JSON.stringify({ version: 1, ...cursor })}\n`, true),
  };
}

/** Those of all sinks that ever were; what cannot be understood is left out. */
export async function readCursors(directory: string): Promise<readonly SavedCursor[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => name.startsWith(PREFIX) && name.endsWith(SUFFIX))
    .map((name) => readCursor(createReplacedFile(join(directory, name))))
    .filter((cursor) => typeof cursor === 'object');
}

function readCursor(file: ReplacedFile): SavedCursor | 'unreadable' | undefined {
  const text = file.read();
  if (text === undefined) return undefined;
  try {
    const { version: _, ...cursor } = Content.parse(JSON.parse(text));
    return cursor;
  } catch {
    // A disk may give back anything.
    return 'unreadable';
  }
}
