/** The engine's clock. The wall clock can be stepped; what has elapsed is counted beside it and never steps back. */
export interface Clock {
  /** Nanoseconds since 1970. */
  readonly nowNano: () => bigint;
  /** Seconds since the clock was made. */
  readonly elapsedSeconds: () => number;
  /** Moves the wall clock; a negative number steps it back. */
  readonly step: (seconds: number) => void;
}

/** `sourceNano` tells nanoseconds since 1970 and never goes back; the default is this machine's time. */
export function createClock(sourceNano: () => bigint = machineNano()): Clock {
  const start = sourceNano();
  let offset = 0n;
  return {
    nowNano: () => sourceNano() + offset,
    elapsedSeconds: () => Number(sourceNano() - start) / 1e9,
    step: (seconds) => {
      offset += BigInt(Math.round(seconds * 1e9));
    },
  };
}

/** RFC 3339 as Go writes it: no trailing zeros; Go's zero time when there is none. */
export function rfc3339Nano(nano: bigint | undefined): string {
  if (nano === undefined) return '0001-01-01T00:00:00Z';
  const seconds = new Date(Number(nano / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = String(nano % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}

/** Whole seconds since 1970. */
export function unixSeconds(nano: bigint): number {
  return Number(nano / 1_000_000_000n);
}

/** Date.now() alone has milliseconds, and two events of one millisecond must stay apart. */
function machineNano(): () => bigint {
  const anchor = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  return () => anchor + process.hrtime.bigint();
}
