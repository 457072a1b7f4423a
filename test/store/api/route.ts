import type { Cluster } from '../cluster/cluster.ts';
import type { Fault } from '../faults.ts';
import type { JsonObject } from '../json.ts';
import { asObject } from '../json.ts';
import { StoreError } from '../store-error.ts';

/** A request that has been let in. */
export interface StoreRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** What stands for `:name` in the route's path. */
  readonly params: Readonly<Record<string, string>>;
  /** One that strikes the items of a bulk. */
  readonly fault: Fault | undefined;
}

export interface StoreAnswer {
  readonly status: number;
  /** A text is sent as plain text. */
  readonly body: JsonObject | readonly unknown[] | string | undefined;
}

/** One interface of a store. */
export interface Route {
  readonly methods: readonly string[];
  /** Such as `/:index/_bulk`. */
  readonly path: string;
  /** Query parameters beside those that all of them know; without it all are taken. */
  readonly parameters?: readonly string[];
  readonly handle: (request: StoreRequest, cluster: Cluster) => StoreAnswer;
}

export const ok = (body: StoreAnswer['body']): StoreAnswer => ({ status: 200, body });
export const acknowledged: StoreAnswer = ok({ acknowledged: true });

/** The body as JSON; an empty one is an object without members. */
export const readJson = ({ body }: Pick<StoreRequest, 'body'>): JsonObject => {
  if (body.trim() === '') return {};
  try {
    return asObject(JSON.parse(body));
  } catch (cause) {
    throw new StoreError(400, 'parse_exception', `Failed to parse request body: ${String(cause)}`);
  }
};

/** Reads a body that must be there. */
export const readRequiredJson = (request: Pick<StoreRequest, 'body'>): JsonObject => {
  if (request.body.trim() === '') throw new StoreError(400, 'parse_exception', 'request body is required');
  return readJson(request);
};
