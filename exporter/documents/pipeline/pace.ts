/** How much is sent at once: less at once when the sink says that it is too much, slowly more again when it does not. */
export interface Pace {
  /** Of one request; a single document may be larger. */
  readonly batchSize: () => number;
  readonly requests: () => number;
  /** Goes up with each decrease; a request carries the one it began with. */
  readonly epoch: () => number;
  readonly succeeded: () => void;
  /** Too many at a time, or too slow. What was under way together is one decrease. */
  readonly throttled: (epoch: number) => void;
  /** So large a request is not taken: it is tried again after many that were. */
  readonly tooLarge: (size: number) => void;
}

export interface PaceLimits {
  readonly batchSize: number;
  readonly requests: number;
}

/** Successes it takes to come back from next to nothing to the full size. */
const STEPS = 16;
/** The same of a size that was refused: one document may have been at fault, or somebody has changed the limit. */
const CEILING_STEPS = 1024;

export function createPace({ batchSize, requests }: PaceLimits): Pace {
  let ceiling = batchSize;
  let size = batchSize;
  let allowed = requests;
  let epoch = 0;
  return {
    batchSize: () => Math.max(1, Math.floor(size)),
    requests: () => Math.floor(allowed),
    epoch: () => epoch,
    succeeded: () => {
      ceiling = Math.min(batchSize, ceiling + batchSize / CEILING_STEPS);
      size = Math.min(ceiling, size + ceiling / STEPS);
      // One more for each round of those that are allowed.
      allowed = Math.min(requests, allowed + 1 / allowed);
    },
    throttled: (sentAt) => {
      if (sentAt < epoch) return;
      epoch++;
      size /= 2;
      allowed = Math.max(1, allowed / 2);
    },
    tooLarge: (refused) => {
      ceiling = Math.min(ceiling, refused / 2);
      size = Math.min(size, ceiling);
    },
  };
}
