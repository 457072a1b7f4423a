import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Why a file of the kernel's could not be read: there is none, it is not for us, or anything else. */
export type FileFailure = 'missing' | 'denied' | 'broken';

export type FileText = { readonly text: string } | { readonly failure: FileFailure };

/** A file that is read again and again. */
export interface OpenFile {
  readonly read: () => FileText;
  readonly close: () => void;
}

export interface KernelFiles {
  /** The text of a file, or why there is none. Synchronous: a promise would cost six times as much (R47). */
  readonly read: (path: string) => FileText;
  /**
   * Stays open as long as there is room: of 18 files of a container 348 µs are 102 when none is opened anew (measured, cgroup
   * v1). The kernel writes its text at each read from the beginning, and refuses that once the group, or the process, is gone.
   */
  readonly open: (path: string) => OpenFile | { readonly failure: FileFailure };
  /** A folder, held as long as there is room. One that is held stays what it is: once it is gone, there is nothing in it. */
  readonly openFolder: (path: string) => OpenFolder | { readonly failure: FileFailure };
}

export interface OpenFolder {
  /** By its descriptor, where it is held. */
  readonly path: string;
  readonly isHeld: boolean;
  readonly close: () => void;
}

/** The kernel writes a file line by line into a page: a read ends early only where the next line does not fit. */
const SURELY_ALL = 2048;
const BUFFER_BYTES = 2 ** 20;

/** Reads small files again and again into one buffer. */
export function createKernelFiles(maxOpen: number): KernelFiles {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let open = 0;

  const hold = (path: string): number => {
    const file = openSync(path, 'r');
    open++;
    return file;
  };
  const letGo = (file: number): void => {
    open--;
    closeSync(file);
  };
  const readOpen = (file: number): string => {
    let length = readSync(file, buffer, 0, BUFFER_BYTES, 0);
    for (let more = length; more > 0 && length >= SURELY_ALL && length < BUFFER_BYTES; length += more) {
      more = readSync(file, buffer, length, BUFFER_BYTES - length, length);
    }
    // A number may be cut in it.
    if (length === BUFFER_BYTES) throw new RangeError('a file of the kernel’s is longer than 1 MiB');
    return buffer.toString('utf8', 0, length);
  };
  const read = (path: string): FileText =>
    attempt(() => {
      const file = openSync(path, 'r');
      try {
        return { text: readOpen(file) };
      } finally {
        closeSync(file);
      }
    });

  return {
    read,
    openFolder: (path) => {
      if (open >= maxOpen) return { path, isHeld: false, close: () => undefined };
      return attempt(() => {
        const folder = hold(path);
        return { path: `/proc/self/fd/${folder}`, isHeld: true, close: () => letGo(folder) };
      });
    },
    open: (path) => {
      if (open >= maxOpen) return { read: () => read(path), close: () => undefined };
      return attempt(() => {
        const file = hold(path);
        return { read: () => attempt(() => ({ text: readOpen(file) })), close: () => letGo(file) };
      });
    },
  };
}

/** A part of what this process may open: connections, logs and documents need theirs, and a machine seldom has more than two engines. */
const SHARE = 1 / 4;

/** How many files one host's samples may keep open, by `/proc/self/limits`; none where that cannot be read. */
export function maxOpenFiles(): number {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return Math.floor(Number(limit ?? 0) * SHARE);
  } catch {
    return 0;
  }
}

function attempt<T>(work: () => T): T | { readonly failure: FileFailure } {
  try {
    return work();
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

function failureOf(error: unknown): FileFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // ESRCH and ENODEV: the process, or the group, went while its file was open.
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH' || code === 'ENODEV') return 'missing';
  return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'broken';
}
