import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';
import { DeadlineError } from '../util/deadline.ts';

/** A GET that may take so long. */
export interface RequestOptions {
  readonly pool: Pool;
  readonly path: string;
  readonly timeoutMs: number;
  /** An answer with 200 may go on for ever then: its head alone has a deadline. */
  readonly isStream: boolean;
}

/** Is told of an answer as it comes. What it throws ends the request. */
export interface AnswerListener {
  /** Names of headers are in lower case. */
  readonly onHead: (status: number, headers: IncomingHttpHeaders) => void;
  readonly onPiece: (piece: Buffer) => void;
}

/**
 * Resolves at the end of the answer. Rejects when it breaks, with a DeadlineError when its time is up, and with the
 * signal's reason as soon as that aborts. Does without undici's streams, iterators and signals: an engine's answers are
 * small and many, and these took longer than all that is done with them.
 */
export function request(options: RequestOptions, listener: AnswerListener, signal: AbortSignal): Promise<void> {
  const { pool, path, timeoutMs, isStream } = options;
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let stopped: Error | undefined;
    const stop = (reason: Error) => {
      stopped = reason;
      // At once: undici heeds an end only when it has a connection, however long that takes.
      settle(() => reject(reason));
      controller?.abort(reason);
    };
    // An AbortSignal's reason is whatever its owner gave.
    const abort = () => stop(signal.reason as Error);
    const timer = setTimeout(() => stop(new DeadlineError()), timeoutMs);
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      how();
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort);
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (given) => {
        controller = given;
        if (stopped !== undefined) given.abort(stopped);
      },
      onResponseStart: (_controller, status, headers) => {
        // What is said before an answer is none.
        if (status < 200) return;
        if (isStream && status === 200) clearTimeout(timer);
        listener.onHead(status, headers);
      },
      onResponseData: (_controller, piece) => listener.onPiece(piece),
      onResponseEnd: () => settle(resolve),
      onResponseError: (_controller, error) => settle(() => reject(error)),
    };
    pool.dispatch({ method: 'GET', path }, handler);
  });
}
