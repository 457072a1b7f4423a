import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiReply, type ApiRequest, errorReply } from './api.ts';

/**
 * Something that goes wrong with an answer.
 *
 * - delay: the answer comes `seconds` later
 * - hang: no answer, the connection stays open
 * - reset: the connection ends without an answer
 * - cut: half of the body, then the connection ends
 * - malformed: half of the body (of a stream: of each chunk) as if it were all
 * - endless: the first half of the body, then white space without end
 * - status: another answer, an error by default
 * - empty: 200 without a body
 */
type FaultKind =
  | { readonly kind: 'delay'; readonly seconds: number }
  | { readonly kind: 'hang' | 'reset' | 'cut' | 'malformed' | 'endless' | 'empty' }
  | { readonly kind: 'status'; readonly status: number; readonly body?: string };

export type Fault = FaultKind & {
  /** A pattern is held against the path without version and query. */
  readonly match: ((request: ApiRequest) => boolean) | { readonly path: RegExp };
  /** How many answers it spoils; all when absent. */
  readonly times?: number;
};

export interface Faults {
  /** Earlier faults win. Returns what takes it away. */
  readonly add: (fault: Fault) => () => void;
  readonly clear: () => void;
}

interface FaultScript extends Faults {
  /** The fault for this request, counted as used. */
  readonly take: (request: ApiRequest) => Fault | undefined;
}

export function createFaults(): FaultScript {
  const script = new Map<Fault, number>();
  return {
    add: (fault) => {
      const own = { ...fault };
      script.set(own, fault.times ?? Number.POSITIVE_INFINITY);
      return () => void script.delete(own);
    },
    clear: () => script.clear(),
    take: (request) => {
      for (const [fault, left] of script) {
        if (!matches(fault, request)) continue;
        if (left <= 1) script.delete(fault);
        else script.set(fault, left - 1);
        return fault;
      }
      return undefined;
    },
  };
}

/** The spoilt form of an answer; `complete: false` means that the connection ends after it. */
export function spoil(
  fault: Fault,
  reply: ApiReply,
  signal: AbortSignal,
): { readonly reply: ApiReply; readonly complete: boolean } {
  return { reply: spoiltReply(fault, reply, signal), complete: fault.kind !== 'cut' };
}

function spoiltReply(fault: Fault, reply: ApiReply, signal: AbortSignal): ApiReply {
  const { body } = reply;
  switch (fault.kind) {
    case 'cut':
      return { ...reply, body: firstHalf(body) };
    case 'malformed':
      return { ...reply, body: malformed(body) };
    case 'endless':
      return { ...reply, body: endless(body, signal) };
    case 'empty':
      return { ...reply, status: 200, body: '' };
    case 'status':
      return scripted(fault);
    case 'delay':
    case 'hang':
    case 'reset':
      return reply;
  }
}

function scripted({ status, body }: { readonly status: number; readonly body?: string }): ApiReply {
  const reply = errorReply(status, 'scripted fault');
  return body === undefined ? reply : { ...reply, body };
}

function malformed(body: ApiReply['body']): ApiReply['body'] {
  return isWhole(body) ? half(body) : halves(body);
}

function isWhole(body: ApiReply['body']): body is string | Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body);
}

function matches(fault: Fault, request: ApiRequest): boolean {
  return typeof fault.match === 'function' ? fault.match(request) : fault.match.path.test(request.path);
}

function half<T extends string | Buffer>(body: T): T {
  // slice and subarray of a T are a T again; the compiler knows it of neither.
  return (typeof body === 'string' ? body.slice(0, body.length >> 1) : body.subarray(0, body.length >> 1)) as T;
}

async function* chunksOf(body: ApiReply['body']): AsyncIterable<string | Buffer> {
  if (isWhole(body)) yield body;
  else yield* body;
}

async function* firstHalf(body: ApiReply['body']): AsyncIterable<string | Buffer> {
  for await (const chunk of chunksOf(body)) {
    yield half(chunk);
    return;
  }
}

async function* halves(body: ApiReply['body']): AsyncIterable<string | Buffer> {
  for await (const chunk of chunksOf(body)) {
    yield half(chunk);
    yield '\n';
  }
}

async function* endless(body: ApiReply['body'], signal: AbortSignal): AsyncIterable<string | Buffer> {
  yield* firstHalf(body);
  const blanks = ' '.repeat(64 * 1024);
  while (!signal.aborted) {
    yield blanks;
    await sleep(5, undefined, { signal });
  }
}
