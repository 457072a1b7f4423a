import type { StoredDocument } from '../../model/document.ts';
import { type Cursor, waitingStretches } from './cursor.ts';
import type { Segments } from './segments.ts';
import type { SpoolReaderStatus } from './spool.ts';

export interface WaitingParts {
  readonly cursor: Cursor;
  readonly segments: Segments;
  /** What was given to the sink and is not done with, if it is known: what it says of its time is exact. */
  readonly given?: readonly (readonly StoredDocument[])[];
}

/** What is not done with; bytes, and the age of what was not given yet, are right to 64 KiB of documents. */
export function measureWaiting({
  cursor,
  segments,
  given = [],
}: WaitingParts): Omit<SpoolReaderStatus, 'sink' | 'lostDocuments'> {
  const stretches = waitingStretches(cursor, segments.next());
  const [oldest] = stretches;
  if (oldest === undefined) return { waitingDocuments: 0, waitingBytes: 0 };
  const exact = given[0]?.find(({ position }) => position >= oldest.from);
  const oldestMs = exact?.storedAtMs ?? segments.timeOf(oldest.from);
  const bytes = stretches.map(({ from, to }) => segments.bytesFrom(from) - segments.bytesFrom(to + 1));
  return {
    waitingDocuments: stretches.reduce((sum, { from, to }) => sum + to - from + 1, 0),
    waitingBytes: bytes.reduce((sum, ofStretch) => sum + ofStretch, 0),
    ...(oldestMs !== undefined && { oldestMs }),
  };
}
