import { closeSync, openSync, readSync } from 'node:fs';

/** Why a file of the kernel's could not be read: there is none, it is not for us, or anything else. */
export type FileFailure = 'missing' | 'denied' | 'broken';

/** The text of a file, or why there is none. Synchronous: a promise would cost six times as much (R47). */
export type ReadFile = (path: string) => { readonly text: string } | { readonly failure: FileFailure };

/** The kernel writes a file line by line into a page: a read ends early only where the next line does not fit. */
const SURELY_ALL = 2048;
const BUFFER_BYTES = 65_536;

/** Reads small files again and again into one buffer. */
export function createFileReader(): ReadFile {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  return (path) => {
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      let length = readSync(file, buffer, 0, BUFFER_BYTES, null);
      for (let more = length; more > 0 && length >= SURELY_ALL && length < BUFFER_BYTES; length += more) {
        more = readSync(file, buffer, length, BUFFER_BYTES - length, null);
      }
      return { text: buffer.toString('utf8', 0, length) };
    } catch (error) {
      return { failure: failureOf(error) };
    } finally {
      if (file !== undefined) closeSync(file);
    }
  };
}

function failureOf(error: unknown): FileFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // ESRCH and ENODEV: the process, or the group, went while its file was open.
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH' || code === 'ENODEV') return 'missing';
  return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'broken';
}
