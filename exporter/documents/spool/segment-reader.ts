import { type FileHandle, open } from 'node:fs/promises';
import type { SpoolPosition, StoredDocument } from '../../model/document.ts';
import { isMissing } from '../missing-file.ts';
import { type Block, readBlocks } from './read-blocks.ts';
import type { Segment, Segments } from './segments.ts';

/** Reads documents out of the files, a block at a time. */
export interface SegmentReader {
  /**
   * Documents from a position on, at least one and in order; the first may be a later one where some cannot be read.
   * Nothing when all from there on to the end cannot. One call at a time.
   */
  readonly read: (from: SpoolPosition) => Promise<readonly StoredDocument[]>;
  readonly close: () => Promise<void>;
}

interface Open {
  readonly segment: Segment;
  readonly file: FileHandle;
  readonly blocks: AsyncGenerator<Block, number>;
  /** Of the next document that a block of it gives. */
  readonly next: SpoolPosition;
}

export function createSegmentReader(
  segments: Segments,
  onDamage: (segment: Segment, bytes: number) => void,
): SegmentReader {
  let current: Open | undefined;

  const close = async () => {
    const closing = current;
    current = undefined;
    await closing?.file.close();
  };
  const openAt = async (from: SpoolPosition): Promise<Open> => {
    if (current?.next === from) return current;
    await close();
    const segment = segments.find(from);
    const file = await open(segment.path, 'r');
    const blocks = readBlocks(file, segments.offsetBefore(segment, from), segment.bytes);
    return { segment, file, blocks, next: from };
  };
  const readBlock = async (from: SpoolPosition): Promise<readonly StoredDocument[] | Segment> => {
    const opened = await openAt(from);
    current = opened;
    const { segment, blocks } = opened;
    for (;;) {
      const step = await blocks.next();
      if (step.done === true) {
        const restBytes = segment.bytes - step.value;
        if (restBytes > 0) onDamage(segment, restBytes);
        return segment;
      }
      const { documents, damagedBytes } = step.value;
      if (damagedBytes > 0) onDamage(segment, damagedBytes);
      const until = segments.endOf(segment);
      const valid = documents.filter(({ position }) => position >= from && position < until);
      const last = valid.at(-1);
      if (last === undefined) continue;
      current = { ...opened, next: last.position + 1 };
      return valid;
    }
  };
  const read = async (from: SpoolPosition): Promise<readonly StoredDocument[]> => {
    const found = await readBlock(from).catch(async (error: unknown) => {
      await close();
      // Somebody deleted it: what was in it counts as lost, and the next one follows.
      if (isMissing(error)) return segments.find(from);
      throw error;
    });
    if (!('path' in found)) return found;
    await close();
    // It may have grown since it was opened.
    if (segments.find(from).bytes > found.bytes) return read(from);
    const until = segments.endOf(found);
    return until < segments.next() ? read(until) : [];
  };
  return { read, close };
}
