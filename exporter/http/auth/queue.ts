export interface Queue<T> {
  /** Runs the job after those before it; joins one of the same id; undefined when too many wait. */
  readonly run: (id: string, job: () => Promise<T>) => Promise<T> | undefined;
}

/** One job at a time, and at most so many that are not done. */
export function createQueue<T>(maxPending: number): Queue<T> {
  const pending = new Map<string, Promise<T>>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(id, job) {
      const same = pending.get(id);
      if (same !== undefined || pending.size >= maxPending) return same;
      const result = last.then(job).finally(() => pending.delete(id));
      // A job that fails is its caller's matter, not the next one's.
      last = result.catch(() => undefined);
      pending.set(id, result);
      return result;
    },
  };
}
