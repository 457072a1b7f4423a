import { randomFillSync } from 'node:crypto';
import { type FileHandle, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../../util/sync-directory.ts';
import { isMissing } from '../missing-file.ts';

/** A file that only takes room, so that there is some when the disk is full. */
export interface Reserve {
  readonly isHeld: () => boolean;
  /** Rejects when there is no room for it. */
  readonly make: () => Promise<void>;
  /** Lets others have its room; false when there was none, or the disk does not let it go. Never rejects. */
  readonly giveUp: () => Promise<boolean>;
}

const PIECE_BYTES = 64 * 1024;

export function createReserve(path: string, bytes: number): Reserve {
  let isHeld = false;
  const remove = async () => {
    isHeld = false;
    await rm(path, { force: true });
    // Some file systems give room back only when it is certain that the file is gone.
    await syncDirectory(dirname(path));
  };
  return {
    isHeld: () => isHeld,
    make: async () => {
      if (isHeld) return;
      // An earlier process may have made it.
      isHeld = await isWhole(path, bytes);
      if (isHeld) return;
      await expectRoom(dirname(path), bytes);
      const file = await open(path, 'w', 0o600);
      try {
        await fill(file, bytes);
        await file.sync();
        isHeld = true;
      } catch (error) {
        // The first error says more than one that follows from it.
        await remove().catch(() => undefined);
        throw error;
      } finally {
        await file.close();
      }
    },
    giveUp: async () => {
      if (!isHeld) return false;
      return remove().then(
        () => true,
        () => false,
      );
    },
  };
}

async function isWhole(path: string, bytes: number): Promise<boolean> {
  try {
    return (await stat(path)).size === bytes;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** It is tried again and again while a disk is full, and a try in vain would write as much as there is room. */
async function expectRoom(directory: string, bytes: number): Promise<void> {
  const { blocks, bavail, bsize } = await statfs(directory);
  // Some network file systems do not tell.
  if (blocks > 0 && bavail * bsize < bytes)
    throw Object.assign(new Error('make a reserve: no room'), { code: 'ENOSPC' });
}

/** With what no file system makes smaller. */
async function fill(file: FileHandle, bytes: number): Promise<void> {
  const piece = randomFillSync(Buffer.allocUnsafe(PIECE_BYTES));
  for (let written = 0; written < bytes; ) {
    const { bytesWritten } = await file.write(piece, 0, Math.min(piece.length, bytes - written), written);
    written += bytesWritten;
  }
}
