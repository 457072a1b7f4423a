import Dockerode from 'dockerode';
import type { Dispatcher } from 'undici';
import { DeadlineError, withDeadline } from '../util/deadline.ts';
import { untilAborted } from '../util/until-aborted.ts';
import { readJson, readRefusal } from './body.ts';
import { type EngineEndpoint, EngineError, type EngineFailure, failureOf, refusal } from './error.ts';
import { readLines } from './lines.ts';
import type { EngineTransport } from './transport/index.ts';

/** Everything that is asked of an engine. Answers are unknown until a parser says otherwise; failures are EngineErrors. */
export interface EngineApi {
  /** Agreed upon when the connection was made: every path carries it, so no answer changes its shape by an upgrade. */
  readonly apiVersion: string;
  /** How many calls may be under way at once, where the transport has a limit. */
  readonly maxConcurrentCalls?: number;
  /** Whether it answers, still in the agreed version, and its clock (resolution one second). */
  readonly ping: (signal: AbortSignal) => Promise<Ping>;
  readonly version: (signal: AbortSignal) => Promise<unknown>;
  readonly info: (signal: AbortSignal) => Promise<unknown>;
  /** All containers, or the newest so many. Dear: a call costs the engine up to 30 ms a container (R41). */
  readonly listContainers: (limit: number | undefined, signal: AbortSignal) => Promise<unknown>;
  readonly inspectContainer: (id: string, signal: AbortSignal) => Promise<unknown>;
  /** One sample at once; without one-shot the engine would wait for two of its cycles. */
  readonly sampleContainer: (id: string, signal: AbortSignal) => Promise<unknown>;
  /** Lines of JSON: what is kept since then (unix seconds), then live until it breaks or is aborted. */
  readonly events: (since: number, signal: AbortSignal) => Promise<AsyncIterable<string>>;
}

export interface Ping {
  /** The newest version that the engine speaks. */
  readonly apiVersion: string;
  /** Unix milliseconds of the Date header. */
  readonly dateMs?: number;
}

export interface EngineCall {
  readonly endpoint: EngineEndpoint;
  readonly seconds: number;
  readonly failure?: EngineFailure;
}

export interface EngineApiOptions {
  readonly transport: EngineTransport;
  /** Of each call, beside the caller's own signal. */
  readonly timeoutMs: number;
  readonly observe: (call: EngineCall) => void;
}

/** The newest version whose answers were seen of a real engine; engines up to 29 still speak it. */
const NEWEST_API = 51;
/** One-shot samples came with 1.41 (Docker 20.10). */
const OLDEST_API = 41;
const MEBIBYTE = 2 ** 20;
/** What dockerode takes from DOCKER_HOST and its like unless it is named; empty is as good as absent to it (R7). */
const NOTHING_FROM_ENVIRONMENT = { host: '', timeout: 0, ca: '', cert: '', key: '' } as const;
const PING = { endpoint: 'ping', path: '/_ping', maxBytes: 1024 } as const;

/** Asks the engine for its version and settles on one that both speak. */
export async function connectEngine(options: EngineApiOptions, signal: AbortSignal): Promise<EngineApi> {
  const { apiVersion } = await ping(options, signal);
  const version = agree(apiVersion);
  const get = (endpoint: EngineEndpoint, path: string, mebibytes: number, from: AbortSignal) =>
    call(options, { endpoint, path: `/v${version}${path}`, maxBytes: mebibytes * MEBIBYTE }, from, readJson);
  const { maxConcurrentCalls } = options.transport;
  return {
    apiVersion: version,
    ...(maxConcurrentCalls !== undefined && { maxConcurrentCalls }),
    ping: async (from) => {
      const answer = await ping(options, from);
      if (agree(answer.apiVersion) !== version) throw new EngineError('unreachable', 'the engine was exchanged');
      return answer;
    },
    version: (from) => get('version', '/version', 1, from),
    info: (from) => get('info', '/info', 4, from),
    listContainers: (limit, from) =>
      get('list', `/containers/json?all=1${limit === undefined ? '' : `&limit=${limit}`}`, 64, from),
    inspectContainer: (id, from) => get('inspect', `/containers/${id}/json`, 4, from),
    sampleContainer: (id, from) => get('stats', `/containers/${id}/stats?stream=false&one-shot=true`, 4, from),
    events: (since, from) => streamEvents(options, version, since, from),
  };
}

function agree(engine: string): string {
  const minor = Number(/^1\.(\d+)$/.exec(engine)?.[1]);
  if (!(minor >= OLDEST_API)) {
    throw new EngineError(
      'protocol',
      `API ${engine.slice(0, 20)}: Docker 20.10 (API 1.${OLDEST_API}) is the oldest supported`,
    );
  }
  return `1.${Math.min(minor, NEWEST_API)}`;
}

function ping(options: EngineApiOptions, signal: AbortSignal): Promise<Ping> {
  return call(options, PING, signal, async (body, maxBytes, headers) => {
    await body.dump({ limit: maxBytes });
    const apiVersion = headers['api-version'];
    if (typeof apiVersion !== 'string')
      throw new EngineError('protocol', 'no Docker engine: no Api-Version in its ping');
    const dateMs = Date.parse(String(headers['date']));
    return { apiVersion, ...(Number.isFinite(dateMs) && { dateMs }) };
  });
}

interface Call {
  readonly endpoint: EngineEndpoint;
  readonly path: string;
  readonly maxBytes: number;
}
type Read<T> = (
  body: Dispatcher.ResponseData['body'],
  maxBytes: number,
  headers: Dispatcher.ResponseData['headers'],
) => Promise<T>;

async function call<T>(options: EngineApiOptions, what: Call, signal: AbortSignal, read: Read<T>): Promise<T> {
  const { endpoint, path, maxBytes } = what;
  return observed(options, endpoint, () =>
    withDeadline(signal, options.timeoutMs, async (until) => {
      // undici heeds a signal only when it has a connection, however long that takes.
      const request = options.transport.pool.request({ method: 'GET', path, signal: until });
      const { statusCode, headers, body } = await untilAborted(request, until);
      if (statusCode === 200) return read(body, maxBytes, headers);
      throw refusal(statusCode, await readRefusal(body));
    }),
  );
}

/**
 * dockerode hands over the stream and leaves it alone; its own timeout would cut a quiet one (R8). The deadline is
 * the answer's alone: the stream ends with the caller's signal.
 */
function streamEvents(options: EngineApiOptions, version: string, since: number, signal: AbortSignal) {
  const client = new Dockerode({ ...NOTHING_FROM_ENVIRONMENT, ...options.transport.dockerode, version: `v${version}` });
  return observed(options, 'events', async () => {
    signal.throwIfAborted();
    const connection = new AbortController();
    signal.addEventListener('abort', () => connection.abort(signal.reason), { once: true });
    const timer = setTimeout(() => connection.abort(new DeadlineError()), options.timeoutMs);
    try {
      const stream = await client.getEvents({ since, abortSignal: connection.signal });
      return readLines(stream, MEBIBYTE);
    } finally {
      clearTimeout(timer);
    }
  });
}

async function observed<T>(options: EngineApiOptions, endpoint: EngineEndpoint, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const seconds = () => (performance.now() - startMs) / 1000;
  try {
    const result = await work();
    options.observe({ endpoint, seconds: seconds() });
    return result;
  } catch (cause) {
    const failure = failureOf(cause);
    options.observe({ endpoint, seconds: seconds(), failure });
    throw cause instanceof EngineError ? cause : new EngineError(failure, `engine ${endpoint}`, { cause });
  }
}
