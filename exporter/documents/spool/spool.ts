import type { DocumentOrigin, NewDocument, SpoolPosition, StoredDocument } from '../../model/document.ts';

/** The commit point: what it has taken survives everything but the disk. */
export interface Spool {
  /**
   * Resolves when all of them are on disk. Those whose id is among the last ones are there already and are not stored
   * again. Rejects with the disk's error (full: `SpoolFullError`); then none or some of them are stored, and the caller
   * may append all of them again. Rejects with an `UnstorableDocumentError` when one of them is too long for any
   * record; then none is stored by this call, and the caller may append them one by one to find which.
   */
  readonly append: (documents: readonly NewDocument[]) => Promise<void>;
  /** Where a sink goes on. One reader a sink name at a time. */
  readonly openReader: (options: SpoolReaderOptions) => SpoolReader;
  /** Where each source goes on: the last place that is safe. */
  readonly origins: () => ReadonlyMap<string, DocumentOrigin>;
  readonly status: () => SpoolStatus;
  /**
   * Everything appended before is on disk, cursors too unless an error of the disk was told; the directory can be opened
   * by another process, or by this one again.
   */
  readonly close: () => Promise<void>;
}

export interface SpoolReaderOptions {
  readonly sink: string;
  /** What lies unsent beyond this is lost for this sink, oldest first. */
  readonly budgetBytes: number;
  /** Documents that this sink will never get, because they did not fit; called before what follows is read. */
  readonly onLost: (lost: LostDocuments) => void;
}

export interface LostDocuments {
  readonly documents: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface SpoolReader {
  /**
   * The next documents in their order, at least one and at most so many bytes of JSON (one document may be longer).
   * Waits for the first one; rejects when the signal aborts. Never gives the same document twice.
   */
  readonly read: (maxBytes: number, signal: AbortSignal) => Promise<readonly StoredDocument[]>;
  /**
   * All documents up to this one are done with. Saved within a second and at close; after a crash some that were
   * done with are read again.
   */
  readonly acknowledge: (position: SpoolPosition) => void;
  /** Those up to this one may have been sent by an earlier process, which did not live to save it; 0: none. */
  readonly inDoubtUpTo: SpoolPosition;
  /** A few words of the sink's own (at most 4 KiB), saved together with the cursor. */
  readonly note: () => string | undefined;
  readonly setNote: (note: string) => void;
  readonly status: () => SpoolReaderStatus;
}

export interface SpoolReaderStatus {
  readonly sink: string;
  readonly waitingDocuments: number;
  readonly waitingBytes: number;
  /** Unix milliseconds of the oldest document that is not acknowledged; absent when there is none. */
  readonly oldestMs?: number;
  readonly lostDocuments: number;
}

export interface SpoolStatus {
  /** Of all segment files. */
  readonly bytes: number;
  readonly segments: number;
  readonly readers: readonly SpoolReaderStatus[];
}
