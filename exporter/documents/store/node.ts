import { type Dispatcher, Pool } from 'undici';
import { withDeadline } from '../../util/deadline.ts';
import { RequestError, requestErrorOf } from './request-error.ts';
import { createConnector, type StoreTls } from './tls.ts';

/** An answer that came whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With its query, below the path of the node's URL. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** One node of a cluster, or what stands before it. */
export interface StoreNode {
  /** For messages: scheme, host and port. */
  readonly origin: string;
  /** Rejects with a RequestError, or with the signal's reason. */
  readonly send: (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;
  readonly close: () => Promise<void>;
}

export interface StoreNodeOptions {
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly tls: StoreTls;
  readonly timeoutMs: number;
  readonly connections: number;
}

/** An item that was refused is up to a kilobyte of answer. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

export function openNode({ url, authorization, tls, timeoutMs, connections }: StoreNodeOptions): StoreNode {
  const { origin } = url;
  const prefix = url.pathname.replace(/\/+$/, '');
  // Each request has a deadline of its own.
  const pool = new Pool(origin, {
    connect: createConnector(url, tls, timeoutMs),
    connections,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
  });
  return {
    origin,
    send: async ({ method, path, headers = {}, body }, signal) => {
      try {
        return await withDeadline(signal, timeoutMs, async (within) => {
          const answer = await pool.request({
            method,
            path: prefix + path,
            headers: { ...headers, ...(authorization !== undefined && { authorization }) },
            body: body ?? null,
            signal: within,
          });
          const text = await readText(answer.body, origin);
          return { status: answer.statusCode, headers: answer.headers, text };
        });
      } catch (error) {
        signal.throwIfAborted();
        throw requestErrorOf(origin, error);
      }
    },
    close: () => pool.destroy(),
  };
}

async function readText(body: Dispatcher.ResponseData['body'], origin: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    // A body without an encoding comes as buffers.
    const buffer = chunk as Buffer;
    size += buffer.length;
    if (size > MAX_ANSWER_BYTES) {
      throw new RequestError('protocol', `${origin}: its answer has no end`, { mayBeStored: true, isOfNode: true });
    }
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
