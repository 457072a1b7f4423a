// One run of `npm run bench:documents` in a process of its own. Argument: what to do, as JSON; prints what it took.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';

import { openDeadLetters } from '../../exporter/documents/dead-letters.ts';
import { createPipeline } from '../../exporter/documents/pipeline/pipeline.ts';
import { createElasticsearchSink } from '../../exporter/documents/sinks/elasticsearch/elasticsearch.ts';
import type { Sink } from '../../exporter/documents/sinks/sink.ts';
import { openSpool } from '../../exporter/documents/spool/open-spool.ts';
import { loadWhenUsed } from '../../exporter/util/load-when-used.ts';
import { pause } from '../../exporter/util/pause.ts';
import { quantile } from './median.ts';
import { MESSAGE, produce } from './produce.ts';

/** Between two looks whether the library takes more. */
const LINES_AT_ONCE = 500;

export interface DocumentRun {
  readonly url: string;
  /** `nobody` makes the documents and drops them: what the bench itself takes of a spool's run. */
  readonly by: 'spool' | 'pino-elasticsearch' | 'nobody';
  readonly documents: number;
  readonly gzip?: boolean;
  readonly flushBytes?: number;
  /** Documents a second; without, as many as go. */
  readonly rate?: number;
}

export interface DocumentCost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most it ever was. */
  readonly residentMiB: number;
  /** From the call of append to the store's answer, in ms. */
  readonly latency?: { readonly p50: number; readonly p99: number };
}

// The bench itself writes it.
const run = JSON.parse(process.argv[2] ?? '') as DocumentRun;
console.log(JSON.stringify(await through(run.by)(run)));
process.exit();

function through(by: DocumentRun['by']): (run: DocumentRun) => Promise<DocumentCost> {
  if (by === 'spool') return throughSpool;
  return by === 'nobody' ? throughNobody : throughPino;
}

async function throughSpool({ url, documents, gzip = false, rate }: DocumentRun): Promise<DocumentCost> {
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-bench-'));
  const name = 'elasticsearch';
  const fail = (error: Error) => {
    throw error;
  };
  const spool = await openSpool({
    directory: join(directory, 'spool'),
    sinks: [name],
    holder: 'the bench',
    nowMs: Date.now,
    onDamage: () => {
      fail(new Error('the spool is damaged'));
    },
    onDiskError: fail,
  });
  const reader = spool.openReader({
    sink: name,
    budgetBytes: 2 ** 34,
    onLost: () => {
      fail(new Error('lost'));
    },
  });
  const appendedAtMs = new Map<string, number>();
  const latencies: number[] = [];
  const store = createElasticsearchSink({
    name,
    urls: [url],
    gzip,
    timeoutMs: 30_000,
    memory: reader,
    nowMs: () => performance.now(),
  });
  const sink = rate === undefined ? store : timed(store, appendedAtMs, latencies);
  let delivered = 0;
  const nothing = () => undefined;
  const pipeline = createPipeline({
    reader,
    sink,
    deadLetters: await openDeadLetters({ directory: join(directory, 'dead-letters'), sink: name }),
    observe: {
      onDelivered: (count) => {
        delivered += count;
      },
      onRejected: () => {
        fail(new Error('rejected'));
      },
      onRetried: nothing,
      onRequest: nothing,
      onState: nothing,
      onError: fail,
    },
    nowMs: () => performance.now(),
    pause,
    random: Math.random,
  });
  const over = new AbortController();
  const running = pipeline.run(over.signal);
  const cost = await measured(async () => {
    await produce({ documents, rate }, async (batch) => {
      if (rate !== undefined) for (const { id } of batch) appendedAtMs.set(id, performance.now());
      await spool.append(batch);
    });
    while (delivered < documents) await delay(5);
  });
  over.abort();
  await running;
  await sink.close();
  await spool.close();
  await rm(directory, { recursive: true });
  return rate === undefined ? cost : { ...cost, latency: quantiles(latencies) };
}

function timed(sink: Sink, appendedAtMs: ReadonlyMap<string, number>, latencies: number[]): Sink {
  return {
    ...sink,
    write: async (batch, signal) => {
      const outcomes = await sink.write(batch, signal);
      for (const { id } of batch) latencies.push(performance.now() - (appendedAtMs.get(id) ?? Number.NaN));
      return outcomes;
    },
  };
}

async function throughNobody({ documents, rate }: DocumentRun): Promise<DocumentCost> {
  // About as late as the spool would be done with them.
  return measured(() => produce({ documents, rate }, () => delay(5)));
}

async function throughPino({ url, documents, flushBytes = 1000 }: DocumentRun): Promise<DocumentCost> {
  const stream = loadWhenUsed('pino-elasticsearch')({
    node: url,
    index: 'bench',
    opType: 'create',
    esVersion: 8,
    flushBytes,
  });
  const logger = pino({ base: { host: 'edge-1', container: 'web' } }, stream);
  const stored = async () => Number(await (await fetch(`${url}/count`)).text());
  return measured(async () => {
    for (let from = 0; from < documents; from += LINES_AT_ONCE) {
      const to = Math.min(documents, from + LINES_AT_ONCE);
      for (let at = from; at < to; at++) logger.info({ number: at }, MESSAGE + MESSAGE);
      while (stream.writableNeedDrain) await delay(1);
      await delay(0);
    }
    stream.end();
    while ((await stored()) < documents) await delay(20);
  });
}

/** From the first document to the last one stored. */
async function measured(work: () => Promise<void>): Promise<DocumentCost> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(startCpu);
  return {
    seconds: (performance.now() - startMs) / 1000,
    cpuSeconds: (user + system) / 1e6,
    // In kB.
    residentMiB: process.resourceUsage().maxRSS / 1024,
  };
}

function quantiles(latencies: readonly number[]) {
  return { p50: Math.round(quantile(latencies, 0.5)), p99: Math.round(quantile(latencies, 0.99)) };
}
