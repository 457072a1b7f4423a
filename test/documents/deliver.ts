import { expect, onTestFinished, vi } from 'vitest';
import type { PipelineLimits } from '../../exporter/documents/pipeline/pipeline.ts';
import {
  createElasticsearchSink,
  type ElasticsearchOptions,
} from '../../exporter/documents/sinks/elasticsearch/elasticsearch.ts';
import { createJumpingClock, type TestClock } from './clocks.ts';
import type { MemoryLetters } from './memory-letters.ts';
import type { MemorySpool } from './memory-spool.ts';
import { type RunningPipeline, runPipeline } from './run-pipeline.ts';

export interface Delivery extends RunningPipeline {
  readonly clock: TestClock;
  /** Until all that was appended is acknowledged. */
  readonly finished: () => Promise<void>;
}

export interface DeliverOptions extends Partial<Omit<ElasticsearchOptions, 'memory' | 'nowMs'>> {
  readonly url?: string;
  readonly clock?: TestClock;
  readonly limits?: Partial<PipelineLimits>;
  readonly letters?: MemoryLetters;
}

/** The spool's documents on their way to a store, as the product sends them, but for the clock: it jumps over each pause. */
export const deliver = (spool: MemorySpool, options: DeliverOptions): Delivery => {
  const { url = '', clock = createJumpingClock(), limits = {}, letters, ...rest } = options;
  const reader = spool.openReader();
  const sink = createElasticsearchSink({
    name: 'store',
    urls: [url],
    gzip: false,
    timeoutMs: 60_000,
    ...rest,
    memory: reader,
    nowMs: clock.nowMs,
  });
  const running = runPipeline({ reader, sink, clock, limits, ...(letters && { letters }) });
  onTestFinished(async () => {
    await running.stop();
  });
  return {
    ...running,
    clock,
    finished: () =>
      vi.waitFor(() => expect(spool.acknowledged()).toBe(spool.all().length), { timeout: 60_000, interval: 20 }),
  };
};

/** How what a store holds differs from what was produced: all three are 0 when each document is there once. */
export const compareIds = (produced: readonly { readonly id: string }[], held: readonly string[]) => {
  const wanted = new Set(produced.map(({ id }) => id));
  const there = new Set(held);
  return {
    lost: [...wanted].filter((id) => !there.has(id)).length,
    doubled: held.length - there.size,
    foreign: [...there].filter((id) => !wanted.has(id)).length,
  };
};

export const ALL_ONCE = { lost: 0, doubled: 0, foreign: 0 };
