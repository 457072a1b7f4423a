import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** One host's file, which is replaced as a whole: whoever reads it finds the old text or the new one. */
export interface MemoryFile {
  readonly path: string;
  /** Undefined when there is none. Throws when it cannot be read. */
  readonly read: () => string | undefined;
  /** In the order of the calls. A durable one is on the disk, another only safe from the end of this process. */
  readonly write: (text: string, isDurable: boolean) => Promise<void>;
}

export function createMemoryFile(directory: string, host: string): MemoryFile {
  // A host's name may hold anything (R62).
  const name = createHash('sha256').update(host).digest('hex').slice(0, 16);
  const path = join(directory, `${name}.json`);
  let written: Promise<unknown> = Promise.resolve();
  return {
    path,
    read: () => {
      try {
        return readFileSync(path, 'utf8');
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
        throw new Error(`read ${path}`, { cause });
      }
    },
    write: (text, isDurable) => {
      const writing = written.then(() => replace({ directory, path, text, isDurable }));
      written = writing.catch(() => undefined);
      return writing;
    },
  };
}

interface Replacement {
  readonly directory: string;
  readonly path: string;
  readonly text: string;
  readonly isDurable: boolean;
}

async function replace({ directory, path, text, isDurable }: Replacement): Promise<void> {
  const draft = `${path}.new`;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // One that was left has whatever mode, and may be a link.
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    if (isDurable) await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  if (isDurable) await syncDirectory(directory);
}

/** The new name is in the directory, which is a file too. */
async function syncDirectory(directory: string): Promise<void> {
  const file = await open(directory, 'r');
  await file.sync().finally(() => file.close());
}
