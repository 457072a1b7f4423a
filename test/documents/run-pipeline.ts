import {
  createPipeline,
  type Pipeline,
  type PipelineLimits,
  type SinkState,
} from '../../exporter/documents/pipeline/pipeline.ts';
import type { Sink } from '../../exporter/documents/sinks/sink.ts';
import type { SpoolReader } from '../../exporter/documents/spool/spool.ts';
import type { TestClock } from './clocks.ts';
import { createMemoryLetters, type MemoryLetters } from './memory-letters.ts';

export interface RunningPipeline {
  readonly pipeline: Pipeline;
  readonly letters: MemoryLetters;
  readonly states: readonly SinkState[];
  readonly errors: readonly Error[];
  readonly counts: { delivered: number; rejected: number; retried: number; requests: number };
  /** Milliseconds that it took. */
  readonly stop: () => Promise<number>;
}

export interface RunPipelineOptions {
  readonly reader: SpoolReader;
  readonly sink: Sink;
  readonly clock: TestClock;
  readonly limits?: Partial<PipelineLimits>;
  readonly letters?: MemoryLetters;
}

/** A pipeline that runs, and what it tells. */
export const runPipeline = (options: RunPipelineOptions): RunningPipeline => {
  const { reader, sink, clock, limits = {}, letters = createMemoryLetters() } = options;
  const states: SinkState[] = [];
  const errors: Error[] = [];
  const counts = { delivered: 0, rejected: 0, retried: 0, requests: 0 };
  const pipeline = createPipeline({
    reader,
    sink,
    deadLetters: letters,
    limits,
    nowMs: clock.nowMs,
    pause: clock.pause,
    random: Math.random,
    observe: {
      onDelivered: (documents) => {
        counts.delivered += documents;
      },
      onRejected: (documents) => {
        counts.rejected += documents;
      },
      onRetried: (documents) => {
        counts.retried += documents;
      },
      onRequest: () => {
        counts.requests++;
      },
      onState: (state) => states.push(state),
      onError: (error) => errors.push(error),
    },
  });
  const stopping = new AbortController();
  const running = pipeline.run(stopping.signal);
  return {
    pipeline,
    letters,
    states,
    errors,
    counts,
    stop: async () => {
      const startMs = performance.now();
      stopping.abort();
      await running;
      await sink.close();
      return performance.now() - startMs;
    },
  };
};
