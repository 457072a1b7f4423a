import { setMaxListeners } from 'node:events';
import { pause } from '../util/pause.ts';

export interface KeepConnectedOptions {
  /** One connection: resolves when it ended by itself, rejects when it failed or was aborted. */
  readonly connect: (abort: AbortController) => Promise<void>;
  /** A connection ended by itself and is made again at once: behind a proxy that is nothing special. */
  readonly onEnd: () => void;
  readonly onFailure: (error: unknown) => void;
}

const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 10_000;
/** A connection that ends sooner is as good as a failure: each costs the engine a few calls. */
const SHORT_LIFE_MS = 5000;

/** Connects again and again until the signal aborts: at once after an end, after 1, 2, 4 … 10 s after failures. */
export async function keepConnected(options: KeepConnectedOptions, signal: AbortSignal): Promise<void> {
  let backoffMs = FIRST_BACKOFF_MS;
  while (!signal.aborted) {
    const startMs = performance.now();
    const failure = await connectOnce(options, signal);
    if (failure?.isOurs === true) return;
    if (failure === undefined) options.onEnd();
    else options.onFailure(failure.reason);
    if (failure === undefined && performance.now() - startMs >= SHORT_LIFE_MS) {
      backoffMs = FIRST_BACKOFF_MS;
    } else {
      await pause(backoffMs, signal);
      backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
    }
  }
}

async function connectOnce({ connect }: KeepConnectedOptions, signal: AbortSignal) {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  const follow = () => abort.abort(signal.reason);
  signal.addEventListener('abort', follow, { once: true });
  try {
    await connect(abort);
    return undefined;
  } catch (error) {
    // Who aborted it said why; the error then is only what that broke.
    const reason: unknown = abort.signal.aborted ? abort.signal.reason : error;
    return { reason, isOurs: signal.aborted };
  } finally {
    signal.removeEventListener('abort', follow);
    // Whatever still hangs on the connection ends with it.
    abort.abort();
  }
}
