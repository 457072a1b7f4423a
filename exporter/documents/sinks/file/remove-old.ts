import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareDocumentFiles, parseDocumentFileName } from '../file-name.ts';

export interface RemoveOldOptions {
  readonly directory: string;
  readonly keepMs: number;
  /** Of all files together. */
  readonly maxBytes: number;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  /** These are still written to. */
  readonly keepNames: ReadonlySet<string>;
}

const DAY_MS = 86_400_000;

/** Removes files of documents that are too old, then the oldest until the rest is small enough; others stay. */
export async function removeOld({ directory, keepMs, maxBytes, nowMs, keepNames }: RemoveOldOptions): Promise<void> {
  const files = (await readdir(directory)).flatMap((name) => {
    const file = parseDocumentFileName(name);
    return file === undefined ? [] : [{ ...file, name }];
  });
  const sized = await Promise.all(
    files.toSorted(compareDocumentFiles).map(async ({ name, day }) => {
      const path = join(directory, name);
      const endMs = Date.parse(`${day}T00:00:00Z`) + DAY_MS;
      return { path, endMs, bytes: (await stat(path)).size, isKept: keepNames.has(name) };
    }),
  );
  let total = sized.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, endMs, bytes, isKept } of sized) {
    if (isKept || (endMs >= nowMs() - keepMs && total <= maxBytes)) continue;
    await rm(path, { force: true });
    total -= bytes;
  }
}
