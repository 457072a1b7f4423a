/** Runs work as a place gets free; at most so many at once. The limit may change while work is waiting. */
export interface Limit {
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  readonly setLimit: (limit: number) => void;
}

export function createLimit(initialLimit: number): Limit {
  const waiting: (() => void)[] = [];
  let limit = initialLimit;
  let running = 0;

  const admit = () => {
    while (running < limit) {
      const next = waiting.shift();
      if (next === undefined) return;
      running++;
      next();
    }
  };

  return {
    run: async (work) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        admit();
      });
      try {
        return await work();
      } finally {
        running--;
        admit();
      }
    },
    setLimit: (next) => {
      limit = next;
      admit();
    },
  };
}
