import { readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that is replaced as a whole: whoever reads it finds the old text or the new one. */
export interface ReplacedFile {
  readonly path: string;
  /** Undefined when there is none. Throws when it cannot be read. */
  readonly read: () => string | undefined;
  /** In the order of the calls. A durable one is on the disk, another only safe from the end of this process. */
  readonly write: (text: string, isDurable: boolean) => Promise<void>;
}

/** Its directory is made with the first write, and is its owner's alone, as the file is. */
export function createReplacedFile(path: string): ReplacedFile {
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
      const writing = written.then(() => replace(path, text, isDurable));
      written = writing.catch(() => undefined);
      return writing;
    },
  };
}

async function replace(path: string, text: string, isDurable: boolean): Promise<void> {
  const directory = dirname(path);
  const draft = `${path}.new`;
  const file = await openDraft(draft, directory);
  try {
    await file.writeFile(text);
    if (isDurable) await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  if (isDurable) await syncDirectory(directory);
}

/** A directory is missing, or a draft was left, only at first: this is done every second. */
function openDraft(draft: string, directory: string): Promise<FileHandle> {
  const create = () => open(draft, 'wx', 0o600);
  return create().catch(async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // One that was left has whatever mode, and may be a link.
    await rm(draft, { force: true });
    return create();
  });
}

/** The new name is in the directory, which is a file too. */
async function syncDirectory(directory: string): Promise<void> {
  const file = await open(directory, 'r');
  await file.sync().finally(() => file.close());
}
