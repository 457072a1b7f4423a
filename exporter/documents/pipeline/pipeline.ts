import { withResolvers } from '../../util/with-resolvers.ts';
import { SinkError } from '../sinks/sink.ts';
import { createGraveyard } from './bury.ts';
import { chooseBatch, nextSendMs } from './choose.ts';
import type { Entry } from './entry.ts';
import type { SinkState } from './gate.ts';
import { createIntake } from './intake.ts';
import { createParts, type Parts, type PipelineOptions } from './parts.ts';
import { createResend } from './resend.ts';
import { type Sent, type Settling, settleFailure, settleOutcomes } from './settle.ts';

export type { SinkState } from './gate.ts';
export type { PipelineLimits, PipelineOptions } from './parts.ts';

/** Brings the documents of one spool reader to one sink, each at least once, and acknowledges them in order. */
export interface Pipeline {
  /** Until the signal aborts, then resolves at once: what is not acknowledged is still in the spool. Once only. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly status: () => PipelineStatus;
}

export interface PipelineStatus {
  /** Undefined until the sink has answered, or has not. */
  readonly state: SinkState | undefined;
  readonly requests: number;
  /** In memory: under way, waiting for another try, or held because they were refused. */
  readonly heldDocuments: number;
  /** Of all since the first of those, in characters of their text. */
  readonly unacknowledgedSize: number;
  /** Of the next request, and how many may be under way: less than configured after the sink was too slow. */
  readonly batchSize: number;
  readonly allowedRequests: number;
}

type UnderWay = Set<Sent>;

/** Dead letters on their way to the disk are waited for so long at the end. */
const LAST_WRITES_MS = 100;

export function createPipeline(options: PipelineOptions): Pipeline {
  const parts = createParts(options);
  const underWay: UnderWay = new Set();
  return {
    run: (signal) => run(parts, underWay, signal),
    status: () => ({
      state: parts.gate.state(),
      requests: underWay.size,
      heldDocuments: parts.pending.count(),
      unacknowledgedSize: parts.pending.size(),
      batchSize: parts.pace.batchSize(),
      allowedRequests: parts.pace.requests(),
    }),
  };
}

async function run(parts: Parts, underWay: UnderWay, signal: AbortSignal): Promise<void> {
  const bell = createBell(parts);
  const resend = createResend(parts, bell.ring);
  const graveyard = createGraveyard(parts, ({ entry }) => {
    if (entry.letter === undefined) parts.pending.done(entry.document);
    else resend.buried();
    acknowledge();
    bell.ring();
  });
  const acknowledge = () => {
    // After the end the reader may be closed.
    if (!signal.aborted) parts.pending.acknowledge();
  };
  const finish = (entry: Entry) => {
    if (entry.letter === undefined) parts.pending.done(entry.document);
    else resend.stored(entry.letter);
  };
  const settling = { parts, finish, bury: graveyard.bury };
  const intake = createIntake(parts, signal, bell.ring);
  const send = async (batch: readonly Entry[]) => {
    const sent: Sent = { batch, sentAtMs: parts.nowMs(), epoch: parts.pace.epoch() };
    underWay.add(sent);
    await deliver(settling, sent, signal);
    underWay.delete(sent);
    acknowledge();
    bell.ring();
  };

  signal.addEventListener('abort', bell.ring, { once: true });
  while (!signal.aborted) {
    bell.reset();
    graveyard.bury(parts.refusals.expired(parts.nowMs()));
    for (let batch = nextBatch(); batch !== undefined; batch = nextBatch()) void send(batch);
    intake.read();
    resend.look();
    const times = [
      nextSendMs(parts, underWay.size),
      parts.refusals.nextExpiryMs(),
      resend.nextLookMs(),
      intake.nextReadMs(),
    ];
    await bell.heard(times.filter((time) => time !== undefined));
  }
  await Promise.race([graveyard.settled(), parts.pause(LAST_WRITES_MS, AbortSignal.timeout(LAST_WRITES_MS))]);

  function nextBatch() {
    return chooseBatch(parts, underWay.size);
  }
}

async function deliver(settling: Settling, sent: Sent, signal: AbortSignal): Promise<void> {
  const { parts } = settling;
  const write = async () => {
    const documents = sent.batch.map(({ document }) => document);
    return parts.sink.write(documents, signal);
  };
  try {
    const outcomes = await write().finally(() => parts.observe.onRequest((parts.nowMs() - sent.sentAtMs) / 1000));
    if (!signal.aborted) settleOutcomes(settling, sent, outcomes);
  } catch (error) {
    if (!signal.aborted) settleFailure(settling, sent, asSinkError(parts, error));
  }
}

function asSinkError({ observe }: Parts, error: unknown): SinkError {
  if (error instanceof SinkError) return error;
  observe.onError(new Error('write to a sink', { cause: error }));
  return new SinkError('protocol', 'it failed in a way that is not known');
}

/** Wakes the one who waits: at a time, or as something happened since the last reset. */
function createBell({ nowMs, pause }: Parts) {
  let rung = withResolvers<undefined>();
  return {
    ring: () => rung.resolve(undefined),
    reset: () => {
      rung = withResolvers();
    },
    heard: async (timesMs: readonly number[]) => {
      const waiting = new AbortController();
      const nextMs = timesMs.length === 0 ? undefined : Math.max(1, Math.min(...timesMs) - nowMs());
      await Promise.race([rung.promise, ...(nextMs === undefined ? [] : [pause(nextMs, waiting.signal)])]);
      // A reason of our own: the one that is made without costs more than the waiting.
      waiting.abort('heard');
    },
  };
}
