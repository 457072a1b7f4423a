import { clearTimeout, setTimeout } from 'node:timers';

/** Waits; resolves early, never rejects, when the signal aborts. Does not keep the process alive. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  // That of node:timers/promises makes an error, with its stack, of each abort: most pauses of a pipeline end by one.
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds).unref();
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
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
