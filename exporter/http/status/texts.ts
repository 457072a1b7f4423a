import type { ServiceState, StatusReport } from '../../model/status.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const STATE_TEXTS: Readonly<Record<ServiceState, string>> = { up: 'Up', down: 'Down', unknown: 'Not known' };

/** `99.98 %`; rounded down, so that 100 % is without a failure. */
export function formatRatio(ratio: number): string {
  // 0.57 * 10,000 is 5,699.999 in floats.
  return `${(Math.floor(ratio * 10_000 + 1e-6) / 100).toFixed(2)}\u00a0%`;
}

/** `0.42 ms`, `12 ms`, `1.24 s` */
export function formatSeconds(seconds: number): string {
  if (seconds >= 0.9995) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)}\u00a0s`;
  const ms = seconds * 1000;
  return `${ms < 9.95 ? ms.toPrecision(2) : ms.toFixed(0)}\u00a0ms`;
}

/** `5 Oct 2026` of `2026-10-05` */
export function formatDate(date: string): string {
  const [year = '', month, day] = date.split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? ''} ${year}`;
}

/** `5 Oct 2026, 14:02 UTC` */
export function formatTime(unixSeconds: number): string {
  const iso = isoTime(unixSeconds);
  return `${formatDate(iso.slice(0, 10))}, ${iso.slice(11, 16)} UTC`;
}

/** `2026-10-05T14:02:09Z` */
export function isoTime(unixSeconds: number): string {
  return new Date(Math.floor(unixSeconds) * 1000).toISOString().replace('.000Z', 'Z');
}

/** How things are, in one sentence. */
export function describeOverall({ state, counts }: Pick<StatusReport, 'state' | 'counts'>): string {
  const { up, down, unknown } = counts;
  const rest = unknown === 0 ? '' : `, ${unknown} not known yet`;
  switch (state) {
    case 'up':
      return `${describeAll(up, unknown === 0)} up${rest}`;
    case 'degraded':
      return `${down} of ${up + down} services ${down === 1 ? 'is' : 'are'} down${rest}`;
    case 'down':
      return `${describeAll(down, unknown === 0)} down${rest}`;
    case 'unknown':
      return unknown === 0 ? 'There are no services' : 'Nothing is known yet';
    default:
      return state satisfies never;
  }
}

function describeAll(count: number, areAll: boolean): string {
  if (count === 1) return areAll ? 'The service is' : 'One service is';
  return areAll ? `All ${count} services are` : `${count} services are`;
}
