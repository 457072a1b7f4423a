import type { FileHandle } from 'node:fs/promises';
import type { StoredDocument } from '../../model/document.ts';
import { scanRecords } from './scan.ts';

/** What is understood in one turn of the event loop: some 3 ms for lines of 300 bytes. */
const BLOCK_BYTES = 256 * 1024;
/** The begin of a marker that the block cuts off. */
const MARKER_REST = 3;

/** Neighbouring documents of a segment file, at least one. */
export interface Block {
  readonly documents: readonly StoredDocument[];
  /** Of the first one in the file. */
  readonly start: number;
  /** Of the last one. */
  readonly end: number;
  /** What was passed over before and between them. */
  readonly damagedBytes: number;
}

/** All documents of a stretch of a segment file; returns where the last of them ends. */
export async function* readBlocks(file: FileHandle, from: number, to: number): AsyncGenerator<Block, number> {
  let buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, to - from));
  let bufferStart = from;
  let filled = 0;
  let recordsEnd = from;
  while (bufferStart + filled < to) {
    const wanted = Math.min(buffer.length - filled, to - bufferStart - filled);
    const { bytesRead } = await file.read(buffer, filled, wanted, bufferStart + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
    const { documents, end, firstStart, damagedBytes, cutUntil } = scanRecords(buffer, filled);
    if (documents.length > 0) {
      const damagedBefore = bufferStart - recordsEnd;
      recordsEnd = bufferStart + end;
      yield {
        documents,
        start: bufferStart + firstStart,
        end: recordsEnd,
        damagedBytes: damagedBefore + damagedBytes,
      };
    }
    const isHopeless = cutUntil === undefined || bufferStart + cutUntil > to;
    const keepFrom = isHopeless && filled === buffer.length ? Math.max(end, filled - MARKER_REST) : end;
    const neededBytes = isHopeless ? 0 : cutUntil - keepFrom;
    const kept = buffer.subarray(keepFrom, filled);
    if (neededBytes > buffer.length) {
      const larger = Buffer.allocUnsafe(neededBytes);
      kept.copy(larger);
      buffer = larger;
    } else buffer.copyWithin(0, keepFrom, filled);
    bufferStart += keepFrom;
    filled -= keepFrom;
  }
  return recordsEnd;
}
