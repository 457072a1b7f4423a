import { setImmediate as nextTurn } from 'node:timers/promises';

export interface TestClock {
  readonly nowMs: () => number;
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Stands still until it is moved on. */
export interface ManualClock extends TestClock {
  /** To each moment for which somebody waits in turn; whoever it wakes comes to rest in between. */
  readonly advance: (milliseconds: number) => Promise<void>;
}

interface Waiting {
  readonly dueMs: number;
  readonly wake: () => void;
}

export const createManualClock = (startMs = 1_000_000): ManualClock => {
  const waiting = new Set<Waiting>();
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    pause: (milliseconds, signal) =>
      new Promise((resolve) => {
        const one = {
          dueMs: nowMs + milliseconds,
          wake: () => {
            waiting.delete(one);
            resolve();
          },
        };
        waiting.add(one);
        signal.addEventListener('abort', one.wake, { once: true });
      }),
    advance: async (milliseconds) => {
      const endMs = nowMs + milliseconds;
      for (;;) {
        await settle();
        const next = [...waiting].sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined || next.dueMs > endMs) break;
        nowMs = Math.max(nowMs, next.dueMs);
        next.wake();
      }
      nowMs = endMs;
      await settle();
    },
  };
};

/** Whatever needs no more than promises has come to rest. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
};

/** Each pause takes a moment, whatever it says: hours go by in seconds. */
export const createJumpingClock = (startMs = 1_000_000): TestClock => {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    pause: (milliseconds, signal) =>
      new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          nowMs += milliseconds;
          signal.removeEventListener('abort', finish);
          resolve();
        }, 1);
        signal.addEventListener('abort', finish, { once: true });
      }),
  };
};
