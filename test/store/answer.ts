import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { StoreAnswer } from './api/route.ts';
import { answerType } from './content-types.ts';
import { filterPath } from './filter-path.ts';
import type { FlavourFacts } from './flavour.ts';
import { textOf } from './json.ts';
import { reset } from './listener.ts';

export interface AnswerOptions {
  readonly flavour: FlavourFacts;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Of a JSON body only what these name. */
  readonly filters?: readonly string[];
  /** Something before the engine answers in its place. */
  readonly foreign?: boolean;
  /** The connection is reset in the middle of it. */
  readonly cut?: boolean;
}

/** Sends an answer as the engines do: JSON, compressed for who takes it. */
export const sendAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, body }: StoreAnswer,
  options: AnswerOptions,
): void => {
  const text = writeBody(body, options.filters ?? []);
  const compresses = text !== '' && /\bgzip\b/.test(textOf(request.headers['accept-encoding']));
  const bytes = compresses ? gzipSync(text) : Buffer.from(text);
  response.writeHead(status, {
    ...(options.flavour.productHeader && !options.foreign && { 'x-elastic-product': 'Elasticsearch' }),
    ...(text !== '' && { 'content-type': typeOf(body, request.headers.accept, options) }),
    ...(compresses && { 'content-encoding': 'gzip' }),
    'content-length': bytes.length,
    // Several values of one header are sent one by one.
    ...(options.headers as Record<string, string | string[]> | undefined), // not changed by it
  });
  if (options.cut) response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => reset(request));
  else response.end(request.method === 'HEAD' ? undefined : bytes);
};

const writeBody = (body: StoreAnswer['body'], filters: readonly string[]): string => {
  if (typeof body === 'string' || body === undefined) return body ?? '';
  return JSON.stringify(filters.length > 0 ? filterPath(body, filters) : body);
};

const typeOf = (body: StoreAnswer['body'], accept: string | undefined, { flavour, foreign }: AnswerOptions): string => {
  if (typeof body !== 'string') return answerType(flavour, accept ?? '');
  return foreign ? 'text/html' : 'text/plain; charset=UTF-8';
};
