import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredDocument } from '../model/document.ts';
import { syncDirectory } from '../util/sync-directory.ts';
import { letterName, readLetter, writeLetter } from './dead-letter-file.ts';
import { createLetterList } from './dead-letter-list.ts';
import { sinkFileName } from './sink-file-name.ts';

/** A document that a sink will not take, kept for somebody to look at. */
export interface DeadLetter {
  readonly document: StoredDocument;
  readonly status: number;
  readonly reason: string;
  readonly atMs: number;
}

/** Those of one sink, on disk. */
export interface DeadLetters {
  /** Resolves when it is safe. What does not fit takes the place of the oldest ones. */
  readonly add: (letter: DeadLetter) => Promise<void>;
  readonly count: () => number;
  /** Those that somebody asked to be sent again; each is forgotten by `done`. */
  readonly toResend: (max: number) => Promise<readonly DeadLetter[]>;
  readonly done: (letter: DeadLetter) => Promise<void>;
}

export interface DeadLettersOptions {
  /** Of all sinks' letters; a sink has a folder of its own in it. */
  readonly directory: string;
  readonly sink: string;
  /** Of files, as the disk counts them. */
  readonly maxBytes?: number;
  /** One made way for a newer one. */
  readonly onDropped?: () => void;
}

/** Where a sink's letters lie that somebody asked to be sent again: marking one is moving it there. */
export const RESEND_FOLDER = 'resend';

const MAX_BYTES = 100 * 1024 * 1024;

/** What there is already is counted; another process may list, mark and drop them meanwhile. */
export async function openDeadLetters(options: DeadLettersOptions): Promise<DeadLetters> {
  const { sink, maxBytes = MAX_BYTES, onDropped } = options;
  const folder = join(options.directory, sinkFileName(sink));
  const resendFolder = join(folder, RESEND_FOLDER);
  await mkdir(resendFolder, { recursive: true, mode: 0o700 });
  await syncDirectory(folder);
  const files = createLetterList([folder, resendFolder]);
  await files.refresh();

  const makeRoom = async () => {
    if (files.bytes() <= maxBytes) return;
    // Others may have dropped some.
    await files.refresh();
    for (const path of files.paths()) {
      if (files.bytes() <= maxBytes) return;
      await rm(path, { force: true });
      files.remove(path);
      onDropped?.();
    }
  };
  const oneAfterTheOther = createQueue();
  return {
    add: (letter) =>
      oneAfterTheOther(async () => {
        const path = join(folder, letterName(letter));
        const bytes = await writeLetter(path, { sink, ...letter });
        await syncDirectory(folder);
        files.add(path, bytes);
        await makeRoom();
      }),
    count: () => files.paths().length,
    toResend: (max) =>
      oneAfterTheOther(async () => {
        await files.refresh();
        const marked = files.paths().filter((path) => path.startsWith(`${resendFolder}/`));
        const letters = await Promise.all(marked.slice(0, max).map(readLetter));
        return letters.filter((letter) => letter !== undefined);
      }),
    done: (letter) =>
      oneAfterTheOther(async () => {
        const path = join(resendFolder, letterName(letter));
        await rm(path, { force: true });
        files.remove(path);
      }),
  };
}

/** Work that looks at the files and then changes them is not done by two at once. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
