/** Nobody may ask for more. */
const MAX_RETRY_AFTER_MS = 300_000;

/** How long an answer asks to wait, in milliseconds; undefined when it does not say so in seconds. */
export function parseRetryAfter(header: string | readonly string[] | undefined): number | undefined {
  // The form with a date would need a clock that both agree on.
  return typeof header === 'string' && /^\d{1,9}$/.test(header)
    ? Math.min(Number(header) * 1000, MAX_RETRY_AFTER_MS)
    : undefined;
}
