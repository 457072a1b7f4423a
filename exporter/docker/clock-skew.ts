/**
 * How far an engine's clock is off ours, from the Date header of an answer (resolution one second): the least that
 * explains it, so 0 as long as the two may agree. Positive when the engine is ahead.
 */
export function clockSkewSeconds(dateMs: number, askedAtMs: number, answeredAtMs: number): number {
  const leastMs = dateMs - answeredAtMs;
  const mostMs = dateMs + 1000 - askedAtMs;
  if (leastMs > 0) return leastMs / 1000;
  return mostMs < 0 ? mostMs / 1000 : 0;
}
