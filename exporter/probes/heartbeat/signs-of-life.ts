import { z } from 'zod';

/** What is known of one heartbeat, for as long as it is configured. */
export interface SignsOfLife {
  /** Unix seconds, when it was first configured. */
  readonly firstSeconds: number;
  /** Unix seconds, when it last beat. */
  readonly lastSeconds?: number;
  /** Monotonic milliseconds of the last beat, else of the first look: ages are counted from here, whatever the clock does. */
  readonly sinceMs: number;
}

export interface Now {
  /** Unix seconds. */
  readonly seconds: number;
  /** Monotonic. */
  readonly ms: number;
}

/** Undefined before the first beat, until one is overdue. */
export function isAlive({ lastSeconds, sinceMs }: SignsOfLife, limitMs: number, nowMs: number): boolean | undefined {
  const isDue = nowMs - sinceMs <= limitMs;
  return lastSeconds === undefined && isDue ? undefined : isDue;
}

const VERSION = 1;
const savedSigns = z.object({
  version: z.literal(VERSION),
  heartbeats: z.array(
    z.object({ name: z.string(), firstSeconds: z.number(), lastSeconds: z.number().exactOptional() }),
  ),
});

/** The text of the file that outlives the process. */
export function encodeSigns(signs: ReadonlyMap<string, SignsOfLife>): string {
  const heartbeats = [...signs].map(([name, { firstSeconds, lastSeconds }]) => ({
    name,
    firstSeconds,
    ...(lastSeconds !== undefined && { lastSeconds }),
  }));
  const saved: z.input<typeof savedSigns> = { version: VERSION, heartbeats };
  return JSON.stringify(saved);
}

/**
 * Throws on what is none. A time in the future was written before the clock stepped back: it is taken for now, or a
 * dead job would be alive until the clock has caught up.
 */
export function parseSigns(text: string, now: Now): Map<string, SignsOfLife> {
  const { heartbeats } = savedSigns.parse(JSON.parse(text));
  return new Map(
    heartbeats.map(({ name, firstSeconds, lastSeconds }) => {
      const first = Math.min(firstSeconds, now.seconds);
      const last = lastSeconds === undefined ? undefined : Math.min(lastSeconds, now.seconds);
      const sinceMs = now.ms - (now.seconds - (last ?? first)) * 1000;
      return [name, { firstSeconds: first, sinceMs, ...(last !== undefined && { lastSeconds: last }) }];
    }),
  );
}
