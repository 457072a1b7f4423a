import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Logger } from 'pino';
import type { Config } from './config/schema.ts';
import { type DeadLetters, openDeadLetters } from './documents/dead-letters.ts';
import { encodeGap } from './documents/encode/gap.ts';
import { createPipeline, type Pipeline, type SinkState } from './documents/pipeline/pipeline.ts';
import type { Sink } from './documents/sinks/sink.ts';
import { openSpool } from './documents/spool/open-spool.ts';
import type { LostDocuments, Spool } from './documents/spool/spool.ts';
import type { DocumentMetrics, DocumentsLook } from './metrics/self-documents.ts';
import type { Dataset, NewDocument } from './model/document.ts';
import { openSink, type SinkConfig } from './open-sink.ts';
import { pause } from './util/pause.ts';
import type { Trace } from './util/trace.ts';

/** A spool with a pipeline for each configured sink. */
export interface OpenDelivery {
  readonly append: Spool['append'];
  readonly look: () => DocumentsLook;
  /** Resolves when everything appended before is on disk, and nothing is sent any more. */
  readonly close: () => Promise<void>;
}

export interface OpenDeliveryOptions {
  readonly logger: Logger;
  readonly metrics: DocumentMetrics;
  readonly stdout: Writable;
  readonly trace: Trace;
  /** For what the delivery itself has to tell. */
  readonly add: (encode: () => NewDocument) => void;
}

/** Fields of log lines that tell of sinks, or of the spool: they become no documents, which would go the same way (R57). */
const OF_SINK = { 'harborlight.sink_failure': true };

/** Rejects when another process has the spool, or the disk does not let us. */
export async function openDelivery(config: Config, options: OpenDeliveryOptions): Promise<OpenDelivery> {
  const { logger, metrics } = options;
  const spoolDirectory = join(config.paths.data, 'spool');
  const spool = await openSpool({
    directory: spoolDirectory,
    sinks: config.sinks.map(({ name }) => name),
    holder: `process ${process.pid} of ${config.name}`,
    nowMs: Date.now,
    onStored: (documents) => countWritten(documents, metrics),
    onDamage: (damage) => logger.error({ ...damage }, 'part of the spool cannot be read'),
    onDiskError: (err) => logger.error({ ...OF_SINK, err }, 'spool'),
  });
  const sending = new AbortController();
  const deliveries = await Promise.all(
    config.sinks.map((sink) => openOne(sink, { ...options, config, spool, spoolDirectory })),
  ).catch(async (error: unknown) => {
    await spool.close();
    throw error;
  });
  const running = deliveries.map(({ pipeline }) => pipeline.run(sending.signal));
  return {
    append: spool.append,
    look: () => lookAt(spool, deliveries),
    close: async () => {
      sending.abort(new Error('stop sending documents'));
      await Promise.all(running);
      await Promise.all(deliveries.map(({ sink }) => sink.close()));
      await spool.close();
    },
  };
}

function countWritten(documents: readonly NewDocument[], metrics: DocumentMetrics): void {
  const counts = new Map<Dataset, number>();
  for (const { dataset } of documents) counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
  for (const [dataset, count] of counts) metrics.written(dataset, count);
}

interface OneDelivery {
  readonly sink: Sink;
  readonly pipeline: Pipeline;
  readonly deadLetters: DeadLetters;
}

interface OneOptions extends OpenDeliveryOptions {
  readonly config: Config;
  readonly spool: Spool;
  readonly spoolDirectory: string;
}

async function openOne(sinkConfig: SinkConfig, options: OneOptions): Promise<OneDelivery> {
  const { config, spool, spoolDirectory, logger, metrics, add, stdout, trace } = options;
  const { name } = sinkConfig;
  const counters = metrics.sink(name);
  const reader = spool.openReader({
    sink: name,
    budgetBytes: sinkConfig.spool ?? config.spool.max_size,
    onLost: (lost) => {
      counters.lost(lost.documents);
      logger.error({ ...OF_SINK, sink: name, documents: lost.documents }, 'documents are lost for a sink');
      add(() => encodeGap(gapOf(name, lost), { namespace: config.documents.namespace }));
    },
  });
  const documentsDirectory = join(config.paths.data, 'documents');
  const { sink, limits } = openSink(sinkConfig, { reader, documentsDirectory, spoolDirectory, stdout });
  const deadLetters = await openDeadLetters({
    directory: join(config.paths.data, 'dead-letters'),
    sink: name,
    onDropped: () => metrics.dropped('dead_letters', 1),
  });
  const pipeline = createPipeline({
    reader,
    sink: traced(sink, trace),
    deadLetters,
    limits,
    observe: {
      onDelivered: counters.delivered,
      onRejected: counters.rejected,
      onRetried: counters.retried,
      onRequest: metrics.bulkEnded,
      onState: (state) => tellState(name, state, logger),
      onError: (err) => logger.error({ ...OF_SINK, sink: name, err }, 'delivery'),
    },
    nowMs: () => performance.timeOrigin + performance.now(),
    pause,
    random: Math.random,
  });
  return { sink, pipeline, deadLetters };
}

function traced(sink: Sink, trace: Trace): Sink {
  return {
    ...sink,
    write: (batch, signal) =>
      trace('bulk', { sink: sink.name, documents: batch.length }, () => sink.write(batch, signal)),
  };
}

function tellState(sink: string, state: SinkState, logger: Logger): void {
  if (state.kind === 'up') logger.info({ sink }, 'sink takes documents');
  else logger.warn({ ...OF_SINK, sink, failure: state.failure, reason: state.message }, 'sink takes no documents');
}

function gapOf(sink: string, { documents, fromMs, toMs }: LostDocuments) {
  const nano = (ms: number) => String(BigInt(Math.round(ms)) * 1_000_000n);
  return { source: `sink ${sink}`, reason: 'spool_full', fromNano: nano(fromMs), toNano: nano(toMs), lost: documents };
}

function lookAt(spool: Spool, deliveries: readonly OneDelivery[]): DocumentsLook {
  const { bytes, readers } = spool.status();
  const oldestMs = readers.flatMap((reader) => (reader.oldestMs === undefined ? [] : [reader.oldestMs]));
  return {
    spoolBytes: bytes,
    oldestSeconds: oldestMs.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...oldestMs)) / 1000,
    sinks: deliveries.map(({ sink, pipeline, deadLetters }) => {
      const state = pipeline.status().state;
      return { sink: sink.name, deadLetters: deadLetters.count(), ...(state && { isUp: state.kind === 'up' }) };
    }),
  };
}
