import type { DeadLetters } from '../dead-letters.ts';
import type { Sink } from '../sinks/sink.ts';
import type { SpoolReader } from '../spool/spool.ts';
import { createGate, type Gate, type SinkState } from './gate.ts';
import { createGathering, type Gathering } from './gathering.ts';
import { createPace, type Pace } from './pace.ts';
import { createPending, type Pending } from './pending.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { createRetries, type Retries } from './retries.ts';
import { createTraffic, type TrafficCounts } from './traffic.ts';

export interface PipelineOptions {
  readonly reader: SpoolReader;
  readonly sink: Sink;
  readonly deadLetters: DeadLetters;
  readonly observe: PipelineObserver;
  readonly limits?: Partial<PipelineLimits>;
  /** Unix milliseconds that never step back: whoever waits for a moment would wait as long again. */
  readonly nowMs: () => number;
  /** Resolves after this time, or as soon as the signal aborts; never rejects. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
}

/** What is told while it runs; none of them throws. */
export interface PipelineObserver {
  readonly onDelivered: (documents: number) => void;
  /** They are among the dead letters now. */
  readonly onRejected: (documents: number) => void;
  /** They are sent once more. */
  readonly onRetried: (documents: number) => void;
  readonly onRequest: (seconds: number) => void;
  /** Once per change. */
  readonly onState: (state: SinkState) => void;
  /** What went wrong on our own side: dead letters cannot be written, a sink threw what it may not. It goes on. */
  readonly onError: (error: Error) => void;
}

export interface PipelineLimits {
  /** Of one request, in characters of the documents' text. */
  readonly batchSize: number;
  /** Requests under way at once. */
  readonly requests: number;
  /** Longest that a document waits for others. */
  readonly lingerMs: number;
  /** No further than this from the first document that is not done with: what is beyond stays in the spool. */
  readonly unacknowledgedSize: number;
  readonly maxBackoffMs: number;
  /** A document that is throttled alone so often while others pass is a dead letter. */
  readonly loneTries: number;
  /** So many refusals for one reason with nothing stored between: the stream is broken, nothing is sent but probes. */
  readonly brokenAfter: number;
  /** A refused document whose stream stores nothing else is a dead letter after so long. */
  readonly holdRefusedMs: number;
  /** Between two looks for dead letters that are to be sent again. */
  readonly resendEveryMs: number;
}

const DEFAULTS: PipelineLimits = {
  batchSize: 2 ** 20,
  requests: 4,
  lingerMs: 1_000,
  unacknowledgedSize: 64 * 2 ** 20,
  maxBackoffMs: 30_000,
  loneTries: 10,
  brokenAfter: 20,
  holdRefusedMs: 30_000,
  resendEveryMs: 5_000,
};

/** All that one pipeline is made of. */
export interface Parts extends Omit<PipelineOptions, 'limits'> {
  readonly limits: PipelineLimits;
  readonly pending: Pending;
  readonly pace: Pace;
  readonly gate: Gate;
  readonly retries: Retries;
  readonly refusals: Refusals;
  readonly gathering: Gathering;
  readonly traffic: TrafficCounts;
}

export function createParts(options: PipelineOptions): Parts {
  const { reader, observe, nowMs, random } = options;
  const limits = { ...DEFAULTS, ...options.limits };
  const pending = createPending(reader.acknowledge);
  return {
    ...options,
    limits,
    pending,
    pace: createPace(limits),
    gate: createGate({ maxBackoffMs: limits.maxBackoffMs, nowMs, random, onState: observe.onState }),
    retries: createRetries(),
    refusals: createRefusals({ broken: limits.brokenAfter, holdMs: limits.holdRefusedMs, countOf: pending.countOf }),
    gathering: createGathering(limits.lingerMs),
    traffic: createTraffic(),
  };
}
