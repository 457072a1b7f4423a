import type { StoredDocument } from '../../model/document.ts';

/** Writes; nothing else. Queueing, retry, splitting and dead letters are the pipeline's. */
export interface Sink {
  /** As in its metrics and in the cursor's file: kind and number, or the configured name. */
  readonly name: string;
  /**
   * One outcome a document, in their order. Rejects with a `SinkError` when none of them has an outcome, with the
   * signal's reason when that aborts.
   */
  readonly write: (batch: readonly StoredDocument[], signal: AbortSignal) => Promise<readonly Outcome[]>;
  readonly close: () => Promise<void>;
}

export type Outcome =
  /** Stored now, or known to be there already. */
  | { readonly kind: 'stored' }
  /** Never to be stored: it goes to the dead letters. */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  /** Not now. `throttled`: this document alone was answered with 429 among others that went through. */
  | { readonly kind: 'retry'; readonly status: number; readonly reason: string };

export type SinkFailure =
  /** Nothing was taken: not reachable, or it says so (502, 503, 504). */
  | 'unavailable'
  /** The answer did not come or was cut off: the documents may have been stored. */
  | 'ambiguous'
  /** Too many at a time (429). */
  | 'throttled'
  /** Too many bytes in one request (413). */
  | 'too_large'
  /** 401, 403, a wrong certificate, a blocked index, no store at all: somebody has to do something. */
  | 'denied'
  /** Something answered that is not what is configured here: a proxy's page, another product. */
  | 'protocol';

/** Why a batch has no outcomes. Its message holds no credentials and nothing of the documents. */
export class SinkError extends Error {
  readonly failure: SinkFailure;
  /** Of a Retry-After header. */
  readonly retryAfterMs: number | undefined;

  constructor(failure: SinkFailure, message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options);
    this.name = 'SinkError';
    this.failure = failure;
    this.retryAfterMs = options.retryAfterMs;
  }
}
