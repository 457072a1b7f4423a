/**
 * Unix seconds of an engine's RFC 3339 time with up to nine decimals; undefined for the zero time of what never
 * happened (year 1) and for anything that is no time.
 */
export function parseTimeSeconds(text: string | undefined): number | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, whole = '', fraction = '', zone = ''] = match;
  const seconds = Date.parse(whole + zone) / 1000;
  return seconds > 0 ? seconds + Number(fraction === '' ? 0 : `0${fraction}`) : undefined;
}
