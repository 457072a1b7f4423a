import { clearTimeout, setTimeout } from 'node:timers';

/**
 * What the work comes to; undefined, the work going on, when that takes longer. Rejects as the work does. Does not keep the
 * process alive, and leaves no timer behind: most work is done long before.
 */
export function waitAtMost<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), milliseconds).unref();
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
