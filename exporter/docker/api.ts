import type { IncomingHttpHeaders } from 'node:http';
import type { EngineContainer } from '../model/engine-container.ts';
import type { StatsSample } from '../model/sample.ts';
import { type Trace, untraced } from '../util/trace.ts';
import { createTurns } from '../util/turns.ts';
import { ask, askForText } from './ask.ts';
import { parseJson } from './body.ts';
import { type EngineEndpoint, EngineError, type EngineFailure, failureOf } from './error.ts';
import { createLastAnswers } from './last-answers.ts';
import { createLines } from './lines.ts';
import { parseInspect } from './parse/inspect.ts';
import { parseList } from './parse/list.ts';
import { parseNetworkDriver } from './parse/network.ts';
import { parseStats } from './parse/stats.ts';
import type { EngineTransport } from './transport/index.ts';

/** Everything that is asked of an engine. What is no engine's answer fails like one that does not come: with an EngineError. */
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
  readonly listContainers: (limit: number | undefined, signal: AbortSignal) => Promise<readonly string[]>;
  readonly inspectContainer: (id: string, signal: AbortSignal) => Promise<EngineContainer>;
  /** What makes a network: bridge, overlay, macvlan … */
  readonly networkDriver: (id: string, signal: AbortSignal) => Promise<string>;
  /** One sample at once (without one-shot the engine would wait for two of its cycles); undefined when there is nothing to tell. */
  readonly sampleContainer: (id: string, signal: AbortSignal) => Promise<StatsSample | undefined>;
  /**
   * Tells of lines of JSON: what is kept since then (unix seconds), then live until it breaks or is aborted. Resolves
   * when the engine has begun.
   */
  readonly events: (since: number, onLine: (line: string) => void, signal: AbortSignal) => Promise<EventStream>;
}

export interface EventStream {
  /** Rejects when it breaks. */
  readonly ended: Promise<void>;
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
  readonly trace?: Trace | undefined;
}

/** The newest version whose answers were seen of a real engine; engines up to 29 still speak it. */
const NEWEST_API = 51;
/** One-shot samples came with 1.41 (Docker 20.10). */
const OLDEST_API = 41;
const MEBIBYTE = 2 ** 20;
/** An event carries all labels of its container; parsing a megabyte of them would hold the process for 0.1 s. */
const MAX_EVENT_BYTES = 2 ** 18;
/** An engine may answer a hundred calls at one tick of its own; to ask or to understand an answer takes 0.1 ms. */
const CALLS_PER_TURN = 16;
const PING = { endpoint: 'ping', path: '/_ping', maxBytes: 1024 } as const;

/** Asks the engine for its version and settles on one that both speak. */
export async function connectEngine(options: EngineApiOptions, signal: AbortSignal): Promise<EngineApi> {
  const { apiVersion } = await ping(options, signal);
  const version = agree(apiVersion);
  const turn = createTurns(CALLS_PER_TURN);
  const getText = async <T>(what: Call, read: (text: string) => T, from: AbortSignal) => {
    await turn();
    return call(options, { ...what, path: `/v${version}${what.path}` }, from, async (text) => {
      await turn();
      return read(text);
    });
  };
  const get = <T>(what: Call, parse: (answer: unknown) => T, from: AbortSignal) =>
    getText(what, (text) => understand(parseJson(text), parse), from);
  const inspected = createLastAnswers(
    (text) => understand(parseJson(text), parseInspect),
    () => performance.now(),
  );
  const { maxConcurrentCalls } = options.transport;
  return {
    apiVersion: version,
    ...(maxConcurrentCalls !== undefined && { maxConcurrentCalls }),
    ping: async (from) => {
      const answer = await ping(options, from);
      if (agree(answer.apiVersion) !== version) throw new EngineError('unreachable', 'the engine was exchanged');
      return answer;
    },
    version: (from) => get({ endpoint: 'version', path: '/version', maxBytes: MEBIBYTE }, asItIs, from),
    info: (from) => get({ endpoint: 'info', path: '/info', maxBytes: 4 * MEBIBYTE }, asItIs, from),
    listContainers: (limit, from) => {
      const path = `/containers/json?all=1${limit === undefined ? '' : `&limit=${limit}`}`;
      return get({ endpoint: 'list', path, maxBytes: 64 * MEBIBYTE }, parseList, from);
    },
    inspectContainer: (id, from) =>
      getText({ endpoint: 'inspect', path: `/containers/${id}/json`, maxBytes: 4 * MEBIBYTE }, inspected.of(id), from),
    networkDriver: (id, from) =>
      get({ endpoint: 'network', path: `/networks/${id}`, maxBytes: 4 * MEBIBYTE }, parseNetworkDriver, from),
    sampleContainer: (id, from) => {
      const path = `/containers/${id}/stats?stream=false&one-shot=true`;
      return get({ endpoint: 'stats', path, maxBytes: MEBIBYTE }, parseStats, from);
    },
    events: (since, onLine, from) =>
      streamEvents(options, { path: `/v${version}/events?since=${since}`, onLine }, from),
  };
}

const asItIs = (answer: unknown) => answer;

function understand<T>(answer: unknown, parse: (answer: unknown) => T): T {
  try {
    return parse(answer);
  } catch (cause) {
    throw new EngineError('protocol', "no engine's answer", { cause });
  }
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
  return call(options, PING, signal, (_text, headers) => {
    const apiVersion = headers['api-version'];
    if (typeof apiVersion !== 'string')
      throw new EngineError('protocol', 'no Docker engine: no Api-Version in its ping');
    const dateMs = Date.parse(String(headers.date));
    return { apiVersion, ...(Number.isFinite(dateMs) && { dateMs }) };
  });
}

interface Call {
  readonly endpoint: EngineEndpoint;
  readonly path: string;
  readonly maxBytes: number;
}
type Read<T> = (text: string, headers: IncomingHttpHeaders) => Promise<T> | T;

function call<T>(options: EngineApiOptions, what: Call, signal: AbortSignal, read: Read<T>): Promise<T> {
  const { endpoint, path, maxBytes } = what;
  const { transport, timeoutMs } = options;
  return observed(options, endpoint, async () => {
    const { text, headers } = await askForText({ pool: transport.pool, timeoutMs, path }, maxBytes, signal);
    return read(text, headers);
  });
}

interface Subscription {
  readonly path: string;
  readonly onLine: (line: string) => void;
}

/** The deadline is the answer's beginning's alone: the stream ends with the caller's signal. */
function streamEvents(
  options: EngineApiOptions,
  { path, onLine }: Subscription,
  signal: AbortSignal,
): Promise<EventStream> {
  const { transport, timeoutMs } = options;
  const begin = () =>
    new Promise<EventStream>((resolve, reject) => {
      const listener = { onHead: () => resolve({ ended }), onPiece: createLines(MAX_EVENT_BYTES, onLine) };
      const ended = ask({ pool: transport.streams, timeoutMs, path, isStream: true }, listener, signal);
      ended.catch(reject);
    });
  return observed(options, 'events', begin);
}

function observed<T>(options: EngineApiOptions, endpoint: EngineEndpoint, work: () => Promise<T>): Promise<T> {
  const { trace = untraced } = options;
  return trace(`engine ${endpoint}`, {}, () => timed(options, endpoint, work));
}

async function timed<T>(options: EngineApiOptions, endpoint: EngineEndpoint, work: () => Promise<T>): Promise<T> {
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
