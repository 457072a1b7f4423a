import { type Outcome, SinkError } from '../sinks/sink.ts';
import { backoffMs } from './backoff.ts';
import type { Bury } from './bury.ts';
import { type Entry, sizeOfAll } from './entry.ts';
import { throttledAlone } from './lone-tries.ts';
import type { Parts } from './parts.ts';
import type { Refusal } from './refusals.ts';

/** All that comes behind one document waits in the end, so its tries are soon over. */
const LONE_BACKOFF_MS = 5_000;

/** A request that came to its end. */
export interface Sent {
  readonly batch: readonly Entry[];
  readonly sentAtMs: number;
  /** Of the pace when it began. */
  readonly epoch: number;
}

export interface Settling {
  readonly parts: Parts;
  /** It is in the store. */
  readonly finish: (entry: Entry) => void;
  readonly bury: Bury;
}

interface Later {
  readonly entry: Entry;
  readonly status: number;
  readonly reason: string;
}

interface Sorted {
  readonly stored: readonly Entry[];
  readonly refused: readonly Refusal[];
  readonly later: readonly Later[];
}

/** Does with each document what its outcome asks for. */
export function settleOutcomes(settling: Settling, sent: Sent, outcomes: readonly Outcome[]): void {
  const { parts, finish } = settling;
  if (outcomes.length !== sent.batch.length) {
    const message = `${outcomes.length} outcomes of ${sent.batch.length} documents`;
    settleFailure(settling, sent, new SinkError('protocol', message));
    return;
  }
  const sorted = sort(sent.batch, outcomes);
  for (const entry of sorted.stored) finish(entry);
  parts.traffic.stored(sorted.stored.length);
  if (sorted.stored.length > 0) parts.observe.onDelivered(sorted.stored.length);
  judge(settling, sorted);
  // Before they are queued: what throttles a document that nobody else goes with is told from what throttles all.
  adjustPace(parts, sent, sorted.later);
  adjustGate(parts, sent, sorted);
  queueAgain(settling, sent, sorted.later);
}

/** None of them has an outcome: all are sent again, but for one that alone is too large. */
export function settleFailure(settling: Settling, sent: Sent, error: SinkError): void {
  const { parts } = settling;
  const { batch } = sent;
  parts.observe.onRetried(batch.length);
  switch (error.failure) {
    case 'too_large':
      settleTooLarge(settling, sent, error);
      break;
    case 'throttled':
      settleThrottled(settling, sent, error);
      break;
    case 'ambiguous':
      // It may be that it takes too long for so much, or that one of them breaks the connection: the others have their turn first.
      parts.pace.throttled(sent.epoch);
      closeGate(parts, sent, error);
      addLater(parts, batch);
      break;
    case 'unavailable':
    case 'denied':
    case 'protocol':
      closeGate(parts, sent, error);
      parts.retries.add(batch, parts.nowMs());
      break;
    default:
      error.failure satisfies never;
  }
}

function settleTooLarge(settling: Settling, { batch }: Sent, error: SinkError): void {
  const { parts } = settling;
  const [only] = batch;
  if (batch.length === 1 && only !== undefined) {
    judge(settling, { stored: [], refused: [{ entry: only, status: 413, reason: error.message }] });
    return;
  }
  parts.pace.tooLarge(sizeOfAll(batch));
  parts.retries.add(batch, parts.nowMs());
}

function settleThrottled(settling: Settling, sent: Sent, error: SinkError): void {
  const { parts } = settling;
  const { batch, epoch } = sent;
  parts.traffic.throttled(batch.length);
  if (!isSuspect(sent)) {
    parts.pace.throttled(epoch);
    closeGate(parts, sent, error);
  }
  const [only] = batch;
  if (batch.length === 1 && only !== undefined) {
    againAlone(settling, { entry: only, status: 429, reason: error.message }, error.retryAfterMs);
  } else parts.retries.add(batch, parts.nowMs());
}

function closeGate({ gate }: Parts, { sentAtMs }: Sent, { failure, message, retryAfterMs }: SinkError): void {
  gate.failed({ failure, message, sentAtMs, retryAfterMs });
}

function sort(batch: readonly Entry[], outcomes: readonly Outcome[]): Sorted {
  // As nearly always; then nothing has to be put anywhere.
  if (outcomes.every(({ kind }) => kind === 'stored')) return { stored: batch, refused: [], later: [] };
  const stored: Entry[] = [];
  const refused: Refusal[] = [];
  const later: Later[] = [];
  for (const [index, entry] of batch.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined || outcome.kind === 'stored') stored.push(entry);
    else if (outcome.kind === 'refused') refused.push({ entry, status: outcome.status, reason: outcome.reason });
    else later.push({ entry, status: outcome.status, reason: outcome.reason });
  }
  return { stored, refused, later };
}

function judge({ parts, bury }: Settling, answer: Pick<Sorted, 'stored' | 'refused'>): void {
  const { dead, again } = parts.refusals.judge(answer, parts.nowMs());
  bury(dead);
  parts.retries.add(again, parts.nowMs());
}

/** What the answer as a whole says about how much the sink takes. */
function adjustPace({ pace, traffic }: Parts, sent: Sent, later: readonly Later[]): void {
  const throttled = later.filter(({ status }) => status === 429).length;
  traffic.throttled(throttled);
  if (later.length === 0) pace.succeeded();
  else if (throttled > 0 && !isSuspect(sent)) pace.throttled(sent.epoch);
}

/** What the answer as a whole says about whether the sink takes anything. */
function adjustGate({ gate, refusals }: Parts, sent: Sent, { stored, refused, later }: Sorted): void {
  const { sentAtMs } = sent;
  const blocked = later.find(({ status }) => isBlock(status));
  if (blocked !== undefined) {
    gate.failed({ failure: 'denied', message: blocked.reason, sentAtMs });
    return;
  }
  const broken = refusals.broken();
  if (broken !== undefined) {
    gate.failed({ failure: 'denied', message: `everything is refused: ${broken}`, sentAtMs });
    return;
  }
  const [first] = later;
  if (stored.length > 0 || refused.length > 0) gate.passed();
  else if (first !== undefined && !isSuspect(sent)) {
    gate.failed({ failure: first.status === 429 ? 'throttled' : 'unavailable', message: first.reason, sentAtMs });
  }
}

/** One document that was throttled alone before says nothing about others. */
function isSuspect({ batch }: Sent): boolean {
  return batch.length === 1 && batch[0]?.lone !== undefined;
}

/** The index takes nothing until somebody does something about it: not the document's fault. */
function isBlock(status: number): boolean {
  return status === 401 || status === 403;
}

function queueAgain(settling: Settling, { batch }: Sent, later: readonly Later[]): void {
  if (later.length === 0) return;
  const { parts } = settling;
  parts.observe.onRetried(later.length);
  const [first] = later;
  if (batch.length === 1 && first?.status === 429) {
    againAlone(settling, first);
    return;
  }
  parts.retries.add(
    later.flatMap(({ entry, status }) => (isBlock(status) ? [entry] : [])),
    parts.nowMs(),
  );
  addLater(
    parts,
    later.flatMap(({ entry, status }) => (isBlock(status) ? [] : [entry])),
  );
}

function againAlone({ parts, bury }: Settling, { entry, status, reason }: Later, waitMs = 0): void {
  const lone = throttledAlone(entry.lone, parts.traffic.now());
  if (lone.count >= parts.limits.loneTries) bury([{ entry, status, reason }]);
  else addLater(parts, [{ ...entry, lone }], { waitMs, maxMs: LONE_BACKOFF_MS });
}

function addLater(parts: Parts, entries: readonly Entry[], { waitMs = 0, maxMs = Infinity } = {}): void {
  const { retries, limits, nowMs, random } = parts;
  const again = entries.map((entry) => ({ ...entry, tries: entry.tries + 1 }));
  const tries = again.reduce((most, entry) => Math.max(most, entry.tries), 1);
  retries.add(again, nowMs() + Math.max(backoffMs(tries, Math.min(limits.maxBackoffMs, maxMs), random), waitMs));
}
