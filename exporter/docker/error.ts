import { ZodError } from 'zod';
import type { DownReason } from '../model/world.ts';
import { DeadlineError } from '../util/deadline.ts';

export type EngineEndpoint = 'ping' | 'version' | 'info' | 'list' | 'inspect' | 'network' | 'stats' | 'events';

/** Why a call to an engine failed: a reason for the engine to be down, or gone (no such container), or our own doing. */
export type EngineFailure = DownReason | 'gone' | 'aborted';

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly failure: EngineFailure;

  constructor(failure: EngineFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** What an answer with an error status means. @param message the engine's own words */
export function refusal(status: number, message: string): EngineError {
  return new EngineError(failureOfStatus(status), `answered ${status}${message === '' ? '' : `: ${message}`}`);
}

function failureOfStatus(status: number): EngineFailure {
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return 'gone';
  // A proxy whose engine is away.
  if (status >= 502 && status <= 504) return 'unreachable';
  return status >= 500 ? 'internal' : 'protocol';
}

const TIMEOUT = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);
/** Not HTTP, or no TLS where it should be. */
const PROTOCOL = /^HPE_|^ERR_SSL_WRONG_VERSION|^UND_ERR_(RES_|HEADERS_OVERFLOW|INFO)/;
/** No right to the socket, or a TLS handshake that one side refuses. */
const DENIED = /^(EACCES|EPERM)$|CERT|TLS|SSL|^UNABLE_TO_VERIFY/;

/** What a failure of socket, TLS or HTTP means, from the innermost cause that says. */
export function failureOf(error: unknown): EngineFailure {
  if (error instanceof EngineError) return error.failure;
  if (error instanceof DeadlineError) return 'timeout';
  if (!(error instanceof Error)) return 'unreachable';
  // A parser's: the answer is JSON, but not what an engine says.
  if (error instanceof ZodError) return 'protocol';
  if (error.cause !== undefined) return failureOf(error.cause);
  if (error.name === 'AbortError') return 'aborted';
  if ('statusCode' in error && typeof error.statusCode === 'number') return failureOfStatus(error.statusCode);
  return failureOfCode(codeOf(error));
}

function codeOf(error: Error): string {
  // What undici's parser throws has no code.
  if (error.name === 'HTTPParserError') return 'HPE_INVALID';
  return 'code' in error ? String(error.code) : '';
}

function failureOfCode(code: string): EngineFailure {
  if (TIMEOUT.has(code)) return 'timeout';
  if (PROTOCOL.test(code)) return 'protocol';
  return DENIED.test(code) ? 'denied' : 'unreachable';
}
