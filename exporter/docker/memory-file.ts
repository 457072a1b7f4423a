import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createReplacedFile, type ReplacedFile } from '../util/replaced-file.ts';

/** One host's file. */
export type MemoryFile = ReplacedFile;

/** A host's name may hold anything (R62). */
export function createMemoryFile(directory: string, host: string): MemoryFile {
  const name = createHash('sha256').update(host).digest('hex').slice(0, 16);
  return createReplacedFile(join(directory, `${name}.json`));
}
