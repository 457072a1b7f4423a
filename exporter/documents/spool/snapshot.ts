import { join } from 'node:path';
import { z } from 'zod';
import type { DocumentOrigin, SpoolPosition } from '../../model/document.ts';
import { createReplacedFile } from '../../util/replaced-file.ts';

/** What has to be known of segments that may be deleted. */
export interface Snapshot {
  /** All documents before this position are told of. */
  readonly next: SpoolPosition;
  readonly origins: readonly DocumentOrigin[];
}

export interface SnapshotFile {
  /** Undefined when there is none that can be understood: then every segment is read. */
  readonly read: () => Snapshot | undefined;
  /** Resolves when it is on disk. */
  readonly write: (snapshot: Snapshot) => Promise<void>;
}

const Content = z.object({
  version: z.literal(1),
  next: z.int().min(1),
  origins: z.array(z.object({ source: z.string(), first: z.string(), last: z.string() })),
});

export function createSnapshotFile(directory: string): SnapshotFile {
  const file = createReplacedFile(join(directory, 'snapshot.json'));
  return {
    read: () => {
      const text = file.read();
      if (text === undefined) return undefined;
      const parsed = Content.safeParse(parseJson(text));
      return parsed.success ? parsed.data : undefined;
    },
    write: (snapshot) => file.write(`${JSON.stringify({ version: 1, ...snapshot })}\n`, true),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A disk may give back anything; the caller does without.
    return undefined;
  }
}
