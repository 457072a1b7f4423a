import { readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from './sync-directory.ts';

/**
 * A file that is replaced as a whole: whoever reads it finds the old text or the new one, after the end of the machine
 * at least the last durable one.
 */
export interface ReplacedFile {
  readonly path: string;
  /**
   * JSON, or it could not be told from what the end of a machine leaves of a file. Undefined when there is none. Throws
   * when it cannot be read.
   */
  readonly read: () => string | undefined;
  /**
   * In the order of the calls. A durable one is on the disk, another only safe from the end of this process. The first
   * is durable anyway: what an earlier process left may not be.
   */
  readonly write: (text: string, isDurable: boolean) => Promise<void>;
}

/** Its directory is made with the first write, and is its owner's alone, as the file is. */
export function createReplacedFile(path: string): ReplacedFile {
  const durablePath = `${path}.durable`;
  const draft = `${path}.new`;
  let written: Promise<unknown> = Promise.resolve();
  let there: 'unknown' | 'durable' | 'volatile' = 'unknown';
  const write = async (text: string, isDurable: boolean) => {
    await writeDraft(draft, text, isDurable);
    // A new name may reach the disk before what the file holds: what does already is kept under another one.
    if (there === 'durable' && !isDurable) await rename(path, durablePath);
    there = 'volatile';
    await rename(draft, path);
    if (!isDurable) return;
    await syncDirectory(dirname(path));
    there = 'durable';
  };
  return {
    path,
    read: () => readWhole(path) ?? readWhole(durablePath) ?? readIfThere(path),
    write: (text, isDurable) => {
      const writing = written.then(() => write(text, isDurable || there === 'unknown'));
      written = writing.catch(() => undefined);
      return writing;
    },
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new Error(`read ${path}`, { cause });
  }
}

/** Undefined also for what the end of the machine has left of a file: nothing, a part, or zeros. */
function readWhole(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    JSON.parse(text);
    return text;
  } catch {
    // Whoever has no other one is told why.
    return undefined;
  }
}

async function writeDraft(draft: string, text: string, isDurable: boolean): Promise<void> {
  const file = await openDraft(draft, dirname(draft));
  try {
    await file.writeFile(text);
    if (isDurable) await file.sync();
  } finally {
    await file.close();
  }
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
