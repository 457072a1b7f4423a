import { type FileHandle, open, rm } from 'node:fs/promises';
import type { StoredDocument } from '../../model/document.ts';
import { syncDirectory } from '../../util/sync-directory.ts';
import { type Segments, segmentPath } from './segments.ts';

/** The only one who writes to segments. */
export interface SegmentWriter {
  /** Appends the records of these documents; resolves when they are on disk. One call at a time. */
  readonly write: (records: Buffer, documents: readonly StoredDocument[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface SegmentWriterOptions {
  readonly directory: string;
  readonly segments: Segments;
  /** A segment that would get longer is followed by another. */
  readonly segmentBytes: number;
  /** Before another segment is begun, which lets this one be deleted. */
  readonly beforeNext: () => Promise<void>;
}

export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { directory, segments, segmentBytes, beforeNext } = options;
  let file: FileHandle | undefined;
  /** There is no newest segment, or something may lie behind its end that nobody was promised. */
  let isSoiled = segments.list().length === 0;

  const close = async () => {
    const closing = file;
    file = undefined;
    await closing?.close();
  };
  const begin = async () => {
    const first = segments.next();
    const path = segmentPath(directory, first);
    await close();
    // There may be one where nothing could be written before: nothing in it was promised.
    await rm(path, { force: true });
    isSoiled = true;
    file = await open(path, 'wx', 0o600);
    await syncDirectory(directory);
    segments.begin({ path, first, next: first, bytes: 0, points: [] });
    isSoiled = false;
  };
  const cut = async (handle: FileHandle, bytes: number) => {
    isSoiled = true;
    await handle.truncate(bytes);
    await handle.datasync();
    isSoiled = false;
  };
  const isTooLong = (records: Buffer) => {
    const { bytes } = segments.newest();
    return bytes > 0 && bytes + records.length > segmentBytes;
  };
  return {
    write: async (records, documents) => {
      if (isSoiled || isTooLong(records)) {
        await beforeNext();
        await begin();
      }
      const { path, bytes: end } = segments.newest();
      file ??= await open(path, 'r+');
      try {
        await writeWhole(file, records, end);
        await file.datasync();
      } catch (error) {
        // Where even this fails, the next one goes to another segment.
        await cut(file, end).catch(() => undefined);
        throw new Error(`append to ${path}`, { cause: error });
      }
      segments.grow(documents, records.length);
    },
    close,
  };
}

/** A disk that gets full takes a part, and says so only when the rest follows. */
async function writeWhole(file: FileHandle, content: Buffer, start: number): Promise<void> {
  let written = 0;
  while (written < content.length) {
    const { bytesWritten } = await file.write(content, written, content.length - written, start + written);
    written += bytesWritten;
  }
}
