import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isLetterName } from './dead-letter-file.ts';
import { isMissing } from './missing-file.ts';

/** The letters of some folders, and the room they take. */
export interface LetterList {
  /** From the oldest, as the spool counts. */
  readonly paths: () => readonly string[];
  readonly bytes: () => number;
  readonly add: (path: string, bytes: number) => void;
  readonly remove: (path: string) => void;
  /** Looks at the folders: another process may have moved or deleted some. */
  readonly refresh: () => Promise<void>;
}

/** A small file takes this much of a disk all the same. */
const DISK_BLOCK_BYTES = 4096;

export function createLetterList(folders: readonly string[]): LetterList {
  let bytesByPath = new Map<string, number>();
  let bytes = 0;
  let sorted: readonly string[] | undefined;
  const remove = (path: string) => {
    bytes -= bytesByPath.get(path) ?? 0;
    bytesByPath.delete(path);
    sorted = undefined;
  };
  const add = (path: string, ofFile: number) => {
    remove(path);
    const onDisk = Math.ceil(ofFile / DISK_BLOCK_BYTES) * DISK_BLOCK_BYTES;
    bytesByPath.set(path, onDisk);
    bytes += onDisk;
  };
  return {
    paths: () => (sorted ??= [...bytesByPath.keys()].sort(byName)),
    bytes: () => bytes,
    add,
    remove,
    refresh: async () => {
      const known = bytesByPath;
      const found = await findLetters(folders);
      const sizes = await Promise.all(
        found.map(async (path) => [path, known.get(path) ?? (await bytesOf(path))] as const),
      );
      bytesByPath = new Map();
      bytes = 0;
      for (const [path, ofFile] of sizes) if (ofFile !== undefined) add(path, ofFile);
    },
  };
}

/** All letters of these folders. */
export async function findLetters(folders: readonly string[]): Promise<readonly string[]> {
  const paths = folders.map(async (folder) =>
    (await namesIn(folder)).filter(isLetterName).map((name) => join(folder, name)),
  );
  return (await Promise.all(paths)).flat();
}

/** Sorts letters' paths from the oldest, whatever folder they are in. */
export function byName(a: string, b: string): number {
  return basename(a) < basename(b) ? -1 : 1;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Undefined when it is gone. */
async function bytesOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
