import { onTestFinished } from 'vitest';
import type { PipelineLimits } from '../../exporter/documents/pipeline/pipeline.ts';
import { SinkError, type SinkFailure } from '../../exporter/documents/sinks/sink.ts';
import { createManualClock } from './clocks.ts';
import { createMemorySpool } from './memory-spool.ts';
import { runPipeline } from './run-pipeline.ts';
import { createScriptedSink } from './scripted-sink.ts';

/** A pipeline from a spool in memory to a sink that answers as it is told, on a clock that is moved by hand. */
export const startPipeline = (limits: Partial<PipelineLimits> = {}) => {
  const spool = createMemorySpool();
  const sink = createScriptedSink();
  const clock = createManualClock();
  const running = runPipeline({ reader: spool.openReader(), sink, clock, limits });
  onTestFinished(async () => {
    await running.stop();
  });
  return { spool, sink, clock, ...running };
};

/** How a sink answers that fails so. */
export const failing = (failure: SinkFailure, retryAfterMs?: number) => () => {
  throw new SinkError(failure, `it is ${failure}`, retryAfterMs === undefined ? {} : { retryAfterMs });
};

export const idsOf = (documents: readonly { readonly id: string }[]): readonly string[] =>
  documents.map(({ id }) => id);
