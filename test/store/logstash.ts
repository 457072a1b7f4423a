import type { IncomingMessage, ServerResponse } from 'node:http';
import { isKnown } from './access.ts';
import { flavours } from './flavour.ts';
import type { ServerCertificate } from './index.ts';
import { isObject, type JsonObject } from './json.ts';
import { listen } from './listener.ts';
import { readDate } from './mapping/values.ts';
import { readBody } from './read-body.ts';

export interface SimulatedLogstashOptions {
  readonly certificate?: ServerCertificate;
  /** Passwords by name: basic auth, the only one that the input has. */
  readonly users?: Readonly<Record<string, string>>;
  /** Events that it takes while nothing flows on; about 1,000 were measured. */
  readonly queueEvents?: number;
  /** Requests that may hang meanwhile; the input's own default is 200. */
  readonly pendingRequests?: number;
}

/** Stands in for Logstash's http input with the json_lines codec, as it was measured with 9.2. */
export interface SimulatedLogstash {
  readonly url: string;
  /** What has come out of the queue or waits in it, in order of arrival. */
  readonly events: () => readonly Readonly<Record<string, unknown>>[];
  /** What is behind it takes nothing any more: the queue fills up, then requests hang, then they get 429. */
  readonly stall: () => void;
  /** It flows again: what hangs is answered. */
  readonly flow: () => void;
  /** Statuses of the requests in order; undefined where there was none. */
  readonly statuses: () => readonly (number | undefined)[];
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. Call `stop` in afterAll or onTestFinished. */
export const startSimulatedLogstash = async (options: SimulatedLogstashOptions = {}): Promise<SimulatedLogstash> => {
  const { certificate, users, queueEvents = 1_000, pendingRequests = 200 } = options;
  const events: JsonObject[] = [];
  const responses: ServerResponse[] = [];
  // Whoever waits for room in the queue.
  const waiting = new Set<() => void>();
  let stalled = false;
  let queued = 0;
  const take = async (event: JsonObject): Promise<void> => {
    while (stalled && queued >= queueEvents) await new Promise<void>((resolve) => waiting.add(resolve));
    if (stalled) queued += 1;
    events.push(event);
  };
  const flow = () => {
    stalled = false;
    queued = 0;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { bytes } = await readBody(request, flavours['elasticsearch-8'], 100 * 2 ** 20);
    responses.push(response);
    const answer = (status: number, text: string) =>
      void response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
    if (users !== undefined && !isKnown({ users }, request.headers.authorization)) answer(401, '');
    else if (waiting.size >= pendingRequests) answer(429, '');
    else {
      // One that waits goes on even where its client has gone: what it brought is taken all the same.
      for (const event of decode(bytes.toString(), request.headers['content-type'] ?? '')) await take(event);
      answer(200, 'ok');
    }
  };
  const listener = await listen(handle, certificate);
  return {
    url: listener.url,
    events: () => [...events],
    stall: () => {
      stalled = true;
    },
    flow,
    statuses: () => responses.map(({ writableFinished, statusCode }) => (writableFinished ? statusCode : undefined)),
    down: listener.down,
    up: listener.up,
    stop: async () => {
      await listener.down();
      flow();
    },
  };
};

/** `application/json` goes to another codec, which reads one object and passes over what follows. */
const decode = (body: string, contentType: string): readonly JsonObject[] => {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  return (contentType.startsWith('application/json') ? lines.slice(0, 1) : lines).map(decodeLine);
};

const decodeLine = (line: string): JsonObject => {
  const now = new Date().toISOString();
  const failure = { '@timestamp': now, message: line, tags: ['_jsonparsefailure'] };
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return failure;
  }
  // The input puts the sender's address into it, which must be an object therefore.
  if (!isObject(event) || typeof event['host'] === 'string') return failure;
  const timestamp = event['@timestamp'];
  if (timestamp === undefined) return { ...event, '@timestamp': now };
  if (!Number.isNaN(readDate(timestamp))) return event;
  return { ...event, '@timestamp': now, '_@timestamp': timestamp, tags: ['_timestampparsefailure'] };
};
