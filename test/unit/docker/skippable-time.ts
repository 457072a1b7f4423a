import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { onTestFinished, vi } from 'vitest';

export interface SkippableTime {
  /** What waits for something at a time ends so much sooner; what waits for an answer does not. */
  readonly skip: (milliseconds: number) => void;
}

type SetTimeout = (callback: () => void, milliseconds: number) => NodeJS.Timeout;

interface Waiting {
  readonly endMs: number;
  readonly callback: () => void;
}

/** Time that goes on by itself, and that a test may hurry on until it ends. */
export function skippableTime(): SkippableTime {
  const realNow = performance.now.bind(performance);
  const { setTimeout: realSet, clearTimeout: realClear } = timers;
  let skippedMs = 0;
  const nowMs = () => realNow() + skippedMs;
  const waiting = new Map<NodeJS.Timeout, Waiting>();
  const spy = vi.spyOn(performance, 'now').mockImplementation(nowMs);
  const set: SetTimeout = (callback, milliseconds) => {
    const timer = realSet(() => end(timer), milliseconds);
    waiting.set(timer, { endMs: nowMs() + milliseconds, callback });
    return timer;
  };
  const end = (timer: NodeJS.Timeout) => {
    const { callback } = waiting.get(timer) ?? {};
    waiting.delete(timer);
    realClear(timer);
    callback?.();
  };
  const clear = (timer: NodeJS.Timeout) => {
    waiting.delete(timer);
    realClear(timer);
  };
  replaceTimers({ setTimeout: set, clearTimeout: clear });
  onTestFinished(() => {
    replaceTimers({ setTimeout: realSet, clearTimeout: realClear });
    spy.mockRestore();
  });
  return {
    skip: (milliseconds) => {
      skippedMs += milliseconds;
      for (const [timer, { endMs }] of waiting) {
        if (endMs <= nowMs()) end(timer);
        // Fires as early as it may: a real one cannot be told to be sooner, but by another in its place.
        else realSet(() => end(timer), endMs - nowMs()).unref();
      }
    },
  };
}

function replaceTimers(replaced: object): void {
  Object.assign(timers, replaced);
  // Otherwise who imports them by name would keep the old ones.
  syncBuiltinESMExports();
}
