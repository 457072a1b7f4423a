import type { StoredDocument } from '../../model/document.ts';
import { authorizationOf } from '../store/auth.ts';
import { openNode } from '../store/node.ts';
import { failureOfAnswer } from './logstash-failure.ts';
import { type Outcome, type Sink, SinkError } from './sink.ts';

export interface LogstashOptions {
  readonly name: string;
  /** Of http inputs with the pipeline in logstash/, in the order in which they are tried. */
  readonly urls: readonly string[];
  readonly auth?: { readonly user: string; readonly password: string };
  /** PEM of the authority that is believed in place of the system's. */
  readonly ca?: string;
  /** SHA-256 of Logstash's certificate or of its authority's. */
  readonly fingerprint?: string;
  /** Of one request. A Logstash whose queue is full keeps requests waiting. */
  readonly timeoutMs: number;
}

/** As many requests as a pipeline makes at once. */
const CONNECTIONS = 8;

/** Sends documents to Logstash, which answers when its queue has them: all or, as far as anybody can tell, none. */
export function createLogstashSink({ name, urls, auth, ca, fingerprint, timeoutMs }: LogstashOptions): Sink {
  const login = auth && { username: auth.user, password: auth.password };
  const tls = { ...(ca !== undefined && { ca }), ...(fingerprint !== undefined && { fingerprint }) };
  const nodes = urls.map((text) => {
    const url = new URL(text);
    return openNode({ url, authorization: authorizationOf(login, url), tls, timeoutMs, connections: CONNECTIONS });
  });
  let preferred = 0;

  const post = async (body: string, signal: AbortSignal): Promise<void> => {
    const first = preferred;
    let failure: SinkError | undefined;
    for (const offset of nodes.keys()) {
      const at = (first + offset) % nodes.length;
      const answer = nodes[at]?.send({ method: 'POST', path: '/', headers: NDJSON, body }, signal);
      failure = await failureOfAnswer(answer, signal);
      if (failure === undefined) return;
      // The next write begins elsewhere, and so does this one where nothing was taken.
      preferred = (at + 1) % nodes.length;
      if (failure.failure !== 'unavailable' && failure.failure !== 'throttled') break;
    }
    throw failure ?? new SinkError('unavailable', 'no Logstash is configured');
  };
  return {
    name,
    write: async (batch, signal) => {
      const lines = batch.map(toLine);
      const body = lines.join('');
      if (body !== '') await post(body, signal);
      return lines.map((line) => (line === undefined ? NO_OBJECT : STORED));
    },
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

/** Of application/json Logstash takes the first line alone. */
const NDJSON = { 'content-type': 'application/x-ndjson' };
const STORED = { kind: 'stored' } as const satisfies Outcome;
const NO_OBJECT = { kind: 'refused', status: 400, reason: 'the document is no JSON object' } as const satisfies Outcome;

/**
 * The document with what the pipeline has to know of it beside it, for not each holds its id. In the end, as the last
 * of two equal names counts; and as text, for parsing would cost more than sending.
 */
function toLine({ id, dataset, namespace, json }: StoredDocument): string | undefined {
  const text = json.trim();
  if (!text.startsWith('{') || !text.endsWith('}') || text.includes('\n')) return undefined;
  const inner = text.slice(1, -1);
  const separator = inner.trim() === '' ? '' : ',';
  return `{${inner}${separator}"harborlight_delivery":${JSON.stringify({ id, dataset, namespace })}}\n`;
}
