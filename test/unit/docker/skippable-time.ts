import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';
import { withResolvers } from '../../../exporter/util/with-resolvers.ts';

export interface SkippableTime {
  /** What waits for something at a time ends so much sooner; what waits for an answer does not. */
  readonly skip: (milliseconds: number) => void;
}

/** Time that goes on by itself, and that a test may hurry on until it ends. */
export function skippableTime(): SkippableTime {
  const realNow = performance.now.bind(performance);
  const realPause = timers.setTimeout;
  let skippedMs = 0;
  let skipped = withResolvers<undefined>();
  const nowMs = () => realNow() + skippedMs;
  const spy = vi.spyOn(performance, 'now').mockImplementation(nowMs);
  const pause: typeof realPause = async (milliseconds = 0, value, options = {}) => {
    const endMs = nowMs() + milliseconds;
    for (let leftMs = milliseconds; leftMs > 0; leftMs = endMs - nowMs())
      await Promise.race([realPause(leftMs, undefined, options), skipped.promise]);
    options.signal?.throwIfAborted();
    // It is given only where T is undefined.
    return value as Exclude<typeof value, undefined>;
  };
  replacePause(pause);
  onTestFinished(() => {
    replacePause(realPause);
    spy.mockRestore();
  });
  return {
    skip: (milliseconds) => {
      skippedMs += milliseconds;
      skipped.resolve(undefined);
      skipped = withResolvers();
    },
  };
}

function replacePause(pause: typeof timers.setTimeout): void {
  timers.setTimeout = pause;
  // Otherwise who imports it by its name would keep the old one.
  syncBuiltinESMExports();
}
