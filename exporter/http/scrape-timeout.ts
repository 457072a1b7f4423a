import type { Request } from 'express';

/** How far below Prometheus' own deadline ours is, and where ours may lie. */
const MARGIN_SECONDS = 0.5;
const SHORTEST_SECONDS = 0.5;
/** Also of an answer that nobody but the configuration set a time for. */
export const LONGEST_SECONDS = 60;

/** From now until the answer has to be on its way. R45: whatever the header says, it is some time and not an endless one. */
export function readTimeoutSeconds(request: Request): number | undefined {
  const seconds = Number(request.get('X-Prometheus-Scrape-Timeout-Seconds') ?? '');
  if (!(seconds > 0)) return undefined;
  return Math.min(Math.max(seconds - MARGIN_SECONDS, SHORTEST_SECONDS), LONGEST_SECONDS);
}
