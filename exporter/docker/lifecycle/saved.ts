import { z } from 'zod';
import { EXIT_REASONS } from '../../model/lifecycle.ts';
import { texts } from '../../util/any-keys.ts';
import type { LifecycleState } from './lifecycle.ts';

const seconds = z.number();
const exits = z.record(z.enum(EXIT_REASONS), z.int().nonnegative());
const description = z.object({
  name: z.string().exactOptional(),
  labels: texts,
  image: z.string(),
  restartPolicy: z.string().exactOptional(),
  hasHealthcheck: z.boolean(),
  maximumRestarts: z.number().exactOptional(),
  stopSignal: z.number().exactOptional(),
  stopTimeoutSeconds: z.number().exactOptional(),
  isAutoRemoved: z.boolean().exactOptional(),
});
const run = z.object({
  kills: z.array(z.object({ atSeconds: seconds, signal: z.number().exactOptional() })).readonly(),
  stopAtSeconds: seconds.exactOptional(),
  oomAtSeconds: seconds.exactOptional(),
  isCancelled: z.literal(true).exactOptional(),
});
const pending = z.object({
  name: z.string().exactOptional(),
  isCounted: z.boolean(),
  atSeconds: seconds,
  // Of a clock that ended with its process: what was pending then is due.
  dueAtMs: z.number().transform(() => 0),
  exitCode: z.number().exactOptional(),
  hasOomKilled: z.boolean(),
  run,
  isOver: z.boolean(),
});
const tracked = z.object({
  description,
  spoofed: z.array(z.string()).readonly().exactOptional(),
  createdSeconds: seconds.exactOptional(),
  run,
  isEnded: z.boolean(),
  pending: z.array(pending),
  lastExit: z.enum(EXIT_REASONS).exactOptional(),
  seen: z
    .object({
      isAlive: z.boolean(),
      startedSeconds: seconds.exactOptional(),
      restarts: z.number(),
      isWaiting: z.boolean(),
      isUndecided: z.boolean().exactOptional(),
    })
    .exactOptional(),
  ends: z.number(),
  comparedUntilSeconds: seconds.exactOptional(),
  isDoubtful: z.boolean(),
  gone: z.object({ engineSeconds: seconds, ourSeconds: seconds }).exactOptional(),
});
const tally = z.object({
  id: z.string(),
  description,
  sinceSeconds: seconds,
  usedSeconds: seconds,
  exits,
  restarts: z.number(),
  oomEvents: z.number(),
});

/** As `lifecycleText` writes it; whatever else is in a file is refused. */
export const savedLifecycle = z
  .object({
    sinceSeconds: seconds,
    exits,
    containers: z.array(z.tuple([z.string(), tracked])),
    tallies: z.array(z.tuple([z.string(), tally])),
  })
  .transform(
    ({ containers, tallies, ...rest }): LifecycleState => ({
      ...rest,
      containers: new Map(containers),
      tallies: new Map(tallies),
    }),
  );

/** What JSON can hold. */
export type SavedLifecycle = z.input<typeof savedLifecycle>;
export type SavedTracked = z.input<typeof tracked>;
export type SavedTally = z.input<typeof tally>;
export type SavedDescription = z.input<typeof description>;
