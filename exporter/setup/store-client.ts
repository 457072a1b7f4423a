import type { StoreAddress } from '../documents/store/address.ts';
import { authorizationOf } from '../documents/store/auth.ts';
import { parseJson } from '../documents/store/json-answer.ts';
import { type HttpRequest, openNode } from '../documents/store/node.ts';
import { RequestError } from '../documents/store/request-error.ts';
import { SetupError } from './setup-error.ts';

/** What a store says. */
export interface Answer {
  readonly status: number;
  /** Undefined when it is no JSON. */
  readonly body: unknown;
}

/** Calls to one store, at the first of its nodes that answers. */
export interface StoreClient {
  readonly get: (path: string, signal: AbortSignal) => Promise<Answer>;
  readonly send: (request: StoreRequest, signal: AbortSignal) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** A call that changes something; the same at each node, and without harm when it is made twice. */
export interface StoreRequest {
  readonly method: 'PUT' | 'POST';
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens nothing yet: connections are made as they are needed. */
export function createStoreClient({ urls, auth, tls = {}, timeoutMs }: StoreAddress): StoreClient {
  const nodes = urls.map((text) => {
    const url = new URL(text);
    return openNode({ url, authorization: authorizationOf(auth, url), tls, timeoutMs, connections: 1 });
  });
  const call = async (request: HttpRequest, signal: AbortSignal): Promise<Answer> => {
    const failures: string[] = [];
    for (const node of nodes) {
      try {
        const answer = await node.send(request, signal);
        return { status: answer.status, body: parseJson(answer) };
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        failures.push(error.message);
      }
    }
    throw new SetupError(failures.join('; '));
  };
  return {
    get: (path, signal) => call({ method: 'GET', path, headers: { accept: 'application/json' } }, signal),
    send: ({ headers, ...request }, signal) =>
      call(
        { ...request, headers: { accept: 'application/json', 'content-type': 'application/json', ...headers } },
        signal,
      ),
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
