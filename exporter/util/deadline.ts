import { setMaxListeners } from 'node:events';

/** The reason a signal aborts with when its time is up. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';

  constructor() {
    super('the time was up');
  }
}

/**
 * Runs work under a signal that aborts with its parent or after so many milliseconds, and lets go of both when the
 * work ends: neither a timer nor a listener on a long-lived parent stays behind.
 */
export async function withDeadline<T>(
  parent: AbortSignal,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  // A scrape's deadline is the parent of each of its calls: more than ten listeners are no leak here.
  setMaxListeners(0, controller.signal);
  const follow = () => controller.abort(parent.reason);
  if (parent.aborted) follow();
  parent.addEventListener('abort', follow, { once: true });
  const timer = setTimeout(() => controller.abort(new DeadlineError()), milliseconds);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', follow);
  }
}
