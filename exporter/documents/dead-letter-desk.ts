import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncDirectory } from '../util/sync-directory.ts';
import { readLetter, type SinkLetter } from './dead-letter-file.ts';
import { byName, findLetters } from './dead-letter-list.ts';
import { RESEND_FOLDER } from './dead-letters.ts';
import { isMissing } from './missing-file.ts';

/** A letter as any process finds it, and what may be done with it while the exporter runs. */
export interface FoundLetter {
  readonly path: string;
  readonly letter: SinkLetter;
  /** It is to be sent again as soon as the exporter runs. */
  readonly isMarked: boolean;
}

/** All letters of all sinks; within a sink from the oldest. */
export async function* findDeadLetters(directory: string): AsyncGenerator<FoundLetter> {
  for (const folder of await sinkFolders(directory)) {
    const paths = await findLetters([folder, join(folder, RESEND_FOLDER)]);
    for (const path of paths.toSorted(byName)) {
      const letter = await readLetter(path);
      if (letter !== undefined) yield { path, letter, isMarked: basename(dirname(path)) === RESEND_FOLDER };
    }
  }
}

/** Asks the exporter to send it again. */
export async function markForResend({ path, isMarked }: FoundLetter): Promise<void> {
  if (isMarked) return;
  const folder = join(dirname(path), RESEND_FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(path, join(folder, basename(path)));
  await syncDirectory(folder);
}

/** For good. */
export async function dropLetter({ path }: FoundLetter): Promise<void> {
  await rm(path, { force: true });
}

async function sinkFolders(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
