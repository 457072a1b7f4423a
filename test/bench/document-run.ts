// One run of `npm run bench:documents` in a process of its own. Argument: what to do, as JSON; prints what it took.
import { randomBytes } from 'node:crypto';
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
import type { NewDocument } from '../../exporter/model/document.ts';
import { loadWhenUsed } from '../../exporter/util/load-when-used.ts';
import { pause } from '../../exporter/util/pause.ts';
import { quantile } from './median.ts';
import { residentMiB } from './process-cost.ts';

export interface DocumentRun {
  readonly url: string;
  readonly by: 'spool' | 'pino-elasticsearch';
  readonly documents: number;
  readonly gzip?: boolean;
  readonly flushBytes?: number;
  /** Documents a second; without, as many as go. */
  readonly rate?: number;
}

export interface DocumentCost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly residentMiB: number;
  /** From the call of append to the store's answer, in ms. */
  readonly latency?: { readonly p50: number; readonly p99: number };
}

const AT_ONCE = 500;
const IN_FLIGHT = 16;
const MESSAGE =
  'GET /api/orders/4711 answered with 200 in 12 ms for a customer who had been waiting, and went on to the next one';

// The bench itself writes it.
const run = JSON.parse(process.argv[2] ?? '') as DocumentRun;
const startMs = performance.now();
const startCpu = process.cpuUsage();
const latency = await (run.by === 'spool' ? throughSpool : throughPino)(run);
const { user, system } = process.cpuUsage(startCpu);
const cost: DocumentCost = {
  seconds: (performance.now() - startMs) / 1000,
  cpuSeconds: (user + system) / 1e6,
  residentMiB: residentMiB(process.pid),
  ...(latency && { latency }),
};
console.log(JSON.stringify(cost));
process.exit();

async function throughSpool({ url, documents, gzip = false, rate }: DocumentRun): Promise<DocumentCost['latency']> {
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
  await produce(documents, rate, async (batch) => {
    if (rate !== undefined) for (const { id } of batch) appendedAtMs.set(id, performance.now());
    await spool.append(batch);
  });
  while (delivered < documents) await delay(5);
  over.abort();
  await running;
  await sink.close();
  await spool.close();
  await rm(directory, { recursive: true });
  return rate === undefined ? undefined : quantiles(latencies);
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

async function produce(
  documents: number,
  rate: number | undefined,
  append: (batch: readonly NewDocument[]) => Promise<void>,
): Promise<void> {
  const atOnce = rate === undefined ? AT_ONCE : rate / 20;
  const salt = randomBytes(6).toString('base64url');
  const inFlight = new Set<Promise<void>>();
  for (let from = 0; from < documents; from += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, documents - from) }, (_, at) => documentOf(from + at, salt));
    const appending = append(batch).finally(() => inFlight.delete(appending));
    inFlight.add(appending);
    if (rate !== undefined) await delay(50);
    else if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
}

/** About 300 bytes. */
function documentOf(number: number, salt: string): NewDocument {
  const id = `${salt}${number.toString(36).padStart(12, '0')}`;
  const at = new Date().toISOString();
  return {
    dataset: 'harborlight.event',
    namespace: 'bench',
    id,
    json: `{"@timestamp":"${at}","event":{"id":"${id}","kind":"event"},"host":{"name":"edge-1"},"container":{"name":"web"},"message":"${MESSAGE}"}`,
  };
}

async function throughPino({ url, documents, flushBytes = 1000 }: DocumentRun): Promise<DocumentCost['latency']> {
  const stream = loadWhenUsed('pino-elasticsearch')({
    node: url,
    index: 'bench',
    opType: 'create',
    esVersion: 8,
    flushBytes,
  });
  const logger = pino({ base: { host: 'edge-1', container: 'web' } }, stream);
  for (let from = 0; from < documents; from += AT_ONCE) {
    for (let at = from; at < Math.min(documents, from + AT_ONCE); at++) logger.info({ number: at }, MESSAGE + MESSAGE);
    while (stream.writableNeedDrain) await delay(1);
    await delay(0);
  }
  stream.end();
  const stored = async () => Number(await (await fetch(`${url}/count`)).text());
  while ((await stored()) < documents) await delay(20);
  return undefined;
}

function quantiles(latencies: readonly number[]) {
  return { p50: Math.round(quantile(latencies, 0.5)), p99: Math.round(quantile(latencies, 0.99)) };
}
