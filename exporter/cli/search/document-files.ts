import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareDocumentFiles, type DocumentFile, parseDocumentFileName } from '../../documents/sinks/file-name.ts';

export interface FoundFile extends DocumentFile {
  readonly path: string;
}

/** The files of a folder in the order in which they were written; none while there is no folder. */
export async function listDocumentFiles(directory: string): Promise<readonly FoundFile[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw new Error(`list ${directory}`, { cause: error });
  });
  return names
    .flatMap((name) => {
      const file = parseDocumentFileName(name);
      return file === undefined ? [] : [{ ...file, path: join(directory, name) }];
    })
    .sort(compareDocumentFiles);
}

/** 0 for one that is gone: the sink deletes what is too old. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return found?.size ?? 0;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** A document has at most a MiB or two; what is longer is none, and is passed over. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

export interface ReadLinesOptions {
  readonly fromByte: number;
  /** Behind the last line that has an end. */
  readonly onPlace: (byte: number) => void;
}

/** The lines of a file that have an end: another process may be writing the next one. */
export async function* readLines(path: string, { fromByte, onPlace }: ReadLinesOptions): AsyncGenerator<string> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (file === undefined) return;
  try {
    let rest = Buffer.alloc(0);
    let place = fromByte;
    for (let at = fromByte; ; ) {
      // A new one each time: what is left of the last is a part of it.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      const bytes =
        rest.length === 0 ? buffer.subarray(0, bytesRead) : Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      let begin = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, begin)) {
        const line = bytes.toString('utf8', begin, end);
        begin = end + 1;
        onPlace(place + begin);
        yield line;
      }
      place += begin;
      rest = bytes.subarray(begin);
      if (rest.length <= MAX_LINE_BYTES) continue;
      // Its end, whenever it comes, ends a line that is no document.
      place += rest.length;
      rest = Buffer.alloc(0);
    }
  } finally {
    await file.close();
  }
}
