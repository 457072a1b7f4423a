/** What the work comes to, or the signal's reason as soon as it aborts: for work that does not always heed a signal. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    // An AbortSignal's reason is whatever its owner gave.
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
  });
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([aborted, work]).finally(() => signal.removeEventListener('abort', stop));
}
