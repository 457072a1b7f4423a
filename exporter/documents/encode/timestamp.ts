/** Nanoseconds since 1970 as text → RFC 3339 with nine digits of a second, for a date_nanos (R53); Date knows only milliseconds. */
export function timestampOfNano(timeNano: string): string {
  const nanoseconds = timeNano.slice(-9).padStart(9, '0');
  const seconds = Number(timeNano.slice(0, -9));
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${nanoseconds}Z`;
}

/** Of Unix seconds, to the microsecond: a double holds no more of today. */
export function timestampOfSeconds(seconds: number): string {
  return timestampOfNano(`${Math.round(seconds * 1e6)}000`);
}

/** Of an RFC 3339 time of others; undefined for what is none, and for Go's zero time of what never happened. */
export function timestampOfText(text: string | undefined): string | undefined {
  const [, whole = '', fraction = '', zone = ''] = RFC_3339.exec(text ?? '') ?? [];
  const milliseconds = Date.parse(whole + zone);
  if (!(milliseconds > 0)) return undefined;
  return `${new Date(milliseconds).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
}

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;
