import type { SpoolPosition, StoredDocument } from '../../model/document.ts';
import { pause } from '../../util/pause.ts';
import { createLastingError } from './lasting-error.ts';
import type { SegmentReader } from './segment-reader.ts';
import type { Tail } from './tail.ts';

/** Documents for one reader: out of memory where they are there, else out of the files. */
export interface Source {
  /** Those from a position on that can be had at once; the first may be a later one where some cannot be read. */
  readonly at: (position: SpoolPosition) => readonly StoredDocument[];
  /**
   * Gets those that `at` will give; false when nothing at or after this position can be read, true also when it
   * should be asked again. One call at a time.
   */
  readonly fetch: (position: SpoolPosition) => Promise<boolean>;
  /** Files are not kept open for what does not come yet. */
  readonly rest: () => Promise<void>;
}

export interface SourceParts {
  readonly tail: Tail;
  readonly files: SegmentReader;
  readonly onDiskError: (error: Error) => void;
  readonly closing: AbortSignal;
}

/** After an error of the disk. */
const RETRY_MS = 1000;

export function createSource({ tail, files, onDiskError, closing }: SourceParts): Source {
  let fetched: readonly StoredDocument[] = [];
  const reading = createLastingError(onDiskError);
  return {
    at: (position) => {
      const begin = fetched.findIndex((document) => document.position >= position);
      fetched = begin === -1 ? [] : fetched.slice(begin);
      return fetched.length > 0 ? fetched : (tail.from(position) ?? []);
    },
    fetch: async (position) => {
      try {
        fetched = await files.read(position);
        reading.worked();
        return fetched.length > 0 || tail.from(position) !== undefined;
      } catch (cause) {
        reading.failed(new Error('read documents of the spool', { cause }));
        await pause(RETRY_MS, closing);
        return true;
      }
    },
    rest: files.close,
  };
}
