import type { StoredDocument } from '../../model/document.ts';
import { decodeRecord, findMarker } from './record.ts';

/** What a stretch of a segment holds. */
export interface Scanned {
  readonly documents: readonly StoredDocument[];
  /** Where the last of them ends; what damage was passed over since then comes again in the next stretch. */
  readonly end: number;
  /** Where the first of them begins. */
  readonly firstStart: number;
  /** Bytes that are no record and lie before one. */
  readonly damagedBytes: number;
  /** Where the record ends that is cut off here, if one seems to be. */
  readonly cutUntil?: number;
}

/**
 * Reads all the records in a buffer's first `end` bytes. Damage is passed over: what follows it counts when its CRC is
 * right.
 */
export function scanRecords(source: Buffer, end: number): Scanned {
  const documents: StoredDocument[] = [];
  let at = 0;
  let recordsEnd = 0;
  let firstStart = 0;
  let damagedBytes = 0;
  let cutUntil: number | undefined;
  for (;;) {
    const decoded = decodeRecord(source, at, end, documents.at(-1));
    if (decoded.kind === 'record') {
      if (documents.length === 0) firstStart = at;
      documents.push(decoded.document);
      damagedBytes += at - recordsEnd;
      cutUntil = undefined;
      at = recordsEnd = decoded.end;
      continue;
    }
    // A damaged length may reach beyond everything: records may follow all the same.
    if (decoded.kind === 'cut') cutUntil ??= decoded.end;
    const next = findMarker(source, at + 1, end);
    if (next === undefined) break;
    at = next;
  }
  return { documents, end: recordsEnd, firstStart, damagedBytes, ...(cutUntil !== undefined && { cutUntil }) };
}
