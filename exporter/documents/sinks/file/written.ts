import { z } from 'zod';
import { createReplacedFile } from '../../../util/replaced-file.ts';

/** How far a file sink is: what is in its files up to these lengths is the documents up to this position, once each. */
export interface Written {
  readonly position: number;
  /** Bytes of the files that may still grow, by their names. */
  readonly lengths: ReadonlyMap<string, number>;
}

export interface WrittenFile {
  readonly read: () => Written;
  /** Resolves when it is on the disk. */
  readonly write: (written: Written) => Promise<void>;
}

const saved = z.object({
  version: z.literal(1),
  position: z.int().min(0),
  lengths: z.record(z.string(), z.int().min(0)),
});

/** The pair is replaced as a whole (R5). It belongs to one spool, whose positions it speaks of: it lies in its folder. */
export function createWrittenFile(path: string): WrittenFile {
  const file = createReplacedFile(path);
  return {
    read: () => {
      const text = file.read();
      if (text === undefined) return { position: 0, lengths: new Map() };
      const { position, lengths } = saved.parse(JSON.parse(text));
      return { position, lengths: new Map(Object.entries(lengths)) };
    },
    write: ({ position, lengths }) => {
      const now: z.input<typeof saved> = { version: 1, position, lengths: Object.fromEntries(lengths) };
      return file.write(JSON.stringify(now), true);
    },
  };
}
