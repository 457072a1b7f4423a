import { setTimeout } from 'node:timers/promises';

/** Waits; resolves early, never rejects, when the signal aborts. Does not keep the process alive. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  // The only way to fail is the abort, after which the caller looks at its signal.
  await setTimeout(milliseconds, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined);
}

/** Does work again and again with this much time between, until the signal aborts. The work does not throw. */
export async function every(
  milliseconds: number,
  signal: AbortSignal,
  work: () => Promise<void> | void,
): Promise<void> {
  await pause(milliseconds, signal);
  while (!signal.aborted) {
    await work();
    await pause(milliseconds, signal);
  }
}
