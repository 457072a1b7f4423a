import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the condition gives something (not undefined, null or false) and gives that. Throws after the timeout, with what
 * the condition last threw as the cause: a condition may be an assertion.
 */
export const waitFor = async <T>(
  what: string,
  condition: () => T | Promise<T>,
  { timeoutMs = 30_000, intervalMs = 50 } = {},
): Promise<Exclude<T, false | null | undefined>> => {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const got = await condition();
      // Not narrowed by the compiler: T may be any union.
      if (got !== undefined && got !== null && got !== false) return got as Exclude<T, false | null | undefined>;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadlineMs) throw new Error(`wait ${timeoutMs} ms for ${what}`, { cause });
    await delay(intervalMs);
  }
};
