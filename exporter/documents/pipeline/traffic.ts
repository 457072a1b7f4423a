import type { Traffic } from './lone-tries.ts';

/** What was stored and throttled so far. */
export interface TrafficCounts {
  readonly now: () => Traffic;
  readonly stored: (documents: number) => void;
  readonly throttled: (documents: number) => void;
}

export function createTraffic(): TrafficCounts {
  let stored = 0;
  let throttled = 0;
  return {
    now: () => ({ stored, throttled }),
    stored: (documents) => {
      stored += documents;
    },
    throttled: (documents) => {
      throttled += documents;
    },
  };
}
