const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Nanoseconds since 1970 of an engine's RFC 3339 time; undefined for the zero time of what never happened (year 1)
 * and for anything that is no time. A double cannot hold them, nor a difference of two that are seconds.
 */
export function parseTimeNano(text: string | undefined): bigint | undefined {
  const [, whole = '', fraction = '', zone = ''] = RFC_3339.exec(text ?? '') ?? [];
  const milliseconds = Date.parse(whole + zone);
  return milliseconds > 0 ? BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0')) : undefined;
}

/** The same in Unix seconds. */
export function parseTimeSeconds(text: string | undefined): number | undefined {
  const nano = parseTimeNano(text);
  return nano === undefined ? undefined : Number(nano) / 1e9;
}
