import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Config } from './config/schema.ts';
import type { PipelineLimits } from './documents/pipeline/pipeline.ts';
import { sinkFileName } from './documents/sink-file-name.ts';
import { createElasticsearchSink } from './documents/sinks/elasticsearch/elasticsearch.ts';
import { openFileSink } from './documents/sinks/file/file-sink.ts';
import { createLogstashSink } from './documents/sinks/logstash.ts';
import { type Sink, SinkError } from './documents/sinks/sink.ts';
import { createStdoutSink } from './documents/sinks/stdout.ts';
import type { SpoolReader } from './documents/spool/spool.ts';
import { storeAuthOf, storeTlsOf } from './store-access.ts';

export type SinkConfig = Config['sinks'][number];

/** What a sink stands in. */
export interface SinkSurroundings {
  readonly reader: SpoolReader;
  /** Of files with documents. */
  readonly documentsDirectory: string;
  readonly spoolDirectory: string;
  readonly stdout: Writable;
}

/** A sink as it is configured, and what its pipeline has to heed. */
export function openSink(
  config: SinkConfig,
  surroundings: SinkSurroundings,
): { readonly sink: Sink; readonly limits: Partial<PipelineLimits> } {
  switch (config.kind) {
    case 'file':
      return { sink: openedWhenUsed(config.name, () => openFiles(config, surroundings)), limits: ONE_AFTER_THE_OTHER };
    case 'stdout':
      return {
        sink: createStdoutSink({ name: config.name, stream: surroundings.stdout }),
        limits: { ...ONE_AFTER_THE_OTHER, lingerMs: STDOUT_LINGER_MS },
      };
    case 'elasticsearch':
      return { sink: createElasticsearch(config, surroundings), limits: {} };
    case 'logstash':
      return { sink: createLogstash(config), limits: {} };
    default:
      return config satisfies never;
  }
}

/** Lines stand in the order in which they came. */
const ONE_AFTER_THE_OTHER: Partial<PipelineLimits> = { requests: 1 };
/** Whoever follows them waits less than for a store, or for a file: there each batch is five writes that a disk confirms. */
const STDOUT_LINGER_MS = 200;

/** A sink that may not be ready yet: it is down until it can be opened, and others are not held up. */
function openedWhenUsed(name: string, open: () => Promise<Sink>): Sink {
  let opening: Promise<Sink> | undefined;
  return {
    name,
    write: async (batch, signal) => {
      opening ??= open();
      let sink: Sink;
      try {
        sink = await opening;
      } catch (cause) {
        opening = undefined;
        throw new SinkError('unavailable', `open the sink ${name}: ${messageOf(cause)}`, { cause });
      }
      return sink.write(batch, signal);
    },
    close: async () => {
      const sink = await opening?.catch(() => undefined);
      await sink?.close();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function openFiles(
  { name, keep: keepMs, max_size: maxBytes }: Extract<SinkConfig, { kind: 'file' }>,
  { documentsDirectory, spoolDirectory }: SinkSurroundings,
): Promise<Sink> {
  const writtenPath = join(spoolDirectory, `written-${sinkFileName(name)}.json`);
  return openFileSink({ name, directory: documentsDirectory, writtenPath, keepMs, maxBytes, nowMs: Date.now });
}

function createElasticsearch(
  config: Extract<SinkConfig, { kind: 'elasticsearch' }>,
  { reader }: SinkSurroundings,
): Sink {
  const { name, url: urls, auth, tls, gzip, timeout: timeoutMs } = config;
  return createElasticsearchSink({
    name,
    urls,
    ...(auth && { auth: storeAuthOf(auth) }),
    ...(tls && { tls: storeTlsOf(tls) }),
    gzip,
    timeoutMs,
    memory: reader,
    nowMs: () => performance.now(),
  });
}

function createLogstash({
  name,
  url: urls,
  auth,
  tls,
  timeout: timeoutMs,
}: Extract<SinkConfig, { kind: 'logstash' }>): Sink {
  const { user, password_file: password } = auth ?? {};
  return createLogstashSink({
    name,
    urls,
    ...(user !== undefined && password !== undefined && { auth: { user, password } }),
    ...(tls?.ca_file && { ca: tls.ca_file.text }),
    ...(tls?.fingerprint !== undefined && { fingerprint: tls.fingerprint }),
    timeoutMs,
  });
}
