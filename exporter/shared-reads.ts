/** Reads of one thing for several callers at about the same time. */
export interface SharedReads<T> {
  /** A read that began just now and will not take longer than the caller has time for, or a new one. */
  readonly read: (key: string, deadlineMs: number, start: () => Promise<T>) => Promise<T>;
}

interface Read<T> {
  readonly startedAtMs: number;
  readonly endsByMs: number;
  readonly result: Promise<T>;
}

/** Two Prometheus servers side by side cost one read, and nobody gets old values under a new time (R45). */
const JOIN_MS = 250;

export function createSharedReads<T>(nowMs: () => number): SharedReads<T> {
  const latest = new Map<string, Read<T>>();
  return {
    read: (key, deadlineMs, start) => {
      const now = nowMs();
      // Of a host that is watched no more nobody would ask again.
      for (const [old, { startedAtMs }] of latest) if (now - startedAtMs >= JOIN_MS) latest.delete(old);
      const known = latest.get(key);
      if (known !== undefined && known.endsByMs <= now + deadlineMs) {
        return known.result;
      }
      const result = start();
      latest.set(key, { startedAtMs: now, endsByMs: now + deadlineMs, result });
      return result;
    },
  };
}
