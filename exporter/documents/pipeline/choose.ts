import type { Entry } from './entry.ts';
import type { Parts } from './parts.ts';

/** What to send now; undefined when nothing may be sent, or there is nothing to send yet. */
export function chooseBatch(parts: Parts, underWay: number): readonly Entry[] | undefined {
  const { gate, pace, retries, refusals, gathering } = parts;
  const nowMs = parts.nowMs();
  if (underWay >= allowed(parts) || gate.opensAtMs() > nowMs) return undefined;
  if (refusals.broken() !== undefined) return chooseProbe(parts);
  const again = retries.take(nowMs, pace.batchSize());
  if (again.length > 0) return again;
  return gathering.isReady(nowMs, pace.batchSize()) ? gathering.take(pace.batchSize()) : undefined;
}

/** When something may have to be sent; undefined when only an answer or a new document can change that. */
export function nextSendMs(parts: Parts, underWay: number): number | undefined {
  const { gate, retries, refusals, gathering } = parts;
  if (underWay >= allowed(parts)) return undefined;
  const opensAtMs = gate.opensAtMs();
  if (refusals.broken() !== undefined) return opensAtMs;
  const due = [retries.nextDueMs(), gathering.dueMs()].filter((dueMs) => dueMs !== undefined);
  return due.length === 0 ? undefined : Math.max(Math.min(...due), opensAtMs);
}

function allowed({ gate, pace }: Parts): number {
  return gate.isDoubted() ? 1 : pace.requests();
}

/**
 * One document to a stream that refuses everything: one of those that it refused, or by chance the newest, for a whole run of
 * documents may be at fault and would hold up all that come after.
 */
function chooseProbe({ refusals, gathering, random }: Parts): readonly Entry[] | undefined {
  const fresh = random() < 0.5 ? gathering.takeNewest() : undefined;
  const probe = fresh ?? refusals.takeProbe(random()) ?? gathering.takeNewest();
  return probe && [probe];
}
