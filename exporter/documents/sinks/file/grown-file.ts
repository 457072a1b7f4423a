import { open, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../../../util/sync-directory.ts';

/** Appends, and resolves when it is on the disk; gives the bytes. A new file is its owner's alone. */
export async function appendDurably(path: string, text: string): Promise<number> {
  const bytes = Buffer.from(text);
  const file = await open(path, 'a', 0o600);
  try {
    const { size } = await file.stat();
    await file.writeFile(bytes);
    await file.sync();
    if (size === 0) await syncDirectory(dirname(path));
  } finally {
    await file.close();
  }
  return bytes.length;
}

/** Bytes; 0 when there is no such file. */
export async function lengthOf(path: string): Promise<number> {
  return (await stat(path).catch(nothingWithout('ENOENT')))?.size ?? 0;
}

/** Takes away what is beyond that length. A file that somebody has removed or emptied stays as it is. */
export async function cutTo(path: string, length: number): Promise<void> {
  if ((await lengthOf(path)) > length) await truncate(path, length);
}

function nothingWithout(code: string) {
  return (error: unknown): undefined => {
    if (error instanceof Error && 'code' in error && error.code === code) return undefined;
    throw error;
  };
}
