import { DeadlineError } from '../../util/deadline.ts';
import { SinkError, type SinkFailure } from '../sinks/sink.ts';

export interface RequestErrorOptions extends ErrorOptions {
  readonly retryAfterMs?: number;
  /** Whether the documents of a bulk request may have been stored all the same. */
  readonly mayBeStored?: boolean;
  /** Whether another node of the same cluster may do better. */
  readonly isOfNode?: boolean;
}

/** A request that came to nothing. */
export class RequestError extends SinkError {
  readonly mayBeStored: boolean;
  readonly isOfNode: boolean;

  constructor(failure: SinkFailure, message: string, options: RequestErrorOptions = {}) {
    super(failure, message, options);
    this.mayBeStored = options.mayBeStored ?? false;
    this.isOfNode = options.isOfNode ?? false;
  }
}

/** No connection, so nothing was sent. */
const NOT_CONNECTED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  UND_ERR_CONNECT_TIMEOUT: 'the connection was not made in time',
};

const DISTRUSTED: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself, and not by a known authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'the authority of its certificate is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'the authority of its certificate is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the authority of its certificate is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the authority of its certificate is not known',
};

/** OpenSSL's other words, such as CERT_SIGNATURE_FAILURE. */
const OTHER_DISTRUST = /^(CERT_|UNABLE_TO_|INVALID_|ERR_TLS_CERT|HOSTNAME_MISMATCH|PATH_LENGTH)/;

/** What became of a request that has no answer, from the innermost cause that says. */
export function requestErrorOf(origin: string, error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof DeadlineError) {
    return new RequestError('ambiguous', `${origin}: no answer in time`, { mayBeStored: true, isOfNode: true });
  }
  const code = innermostCode(error);
  const unconnected = NOT_CONNECTED[code];
  if (unconnected !== undefined) {
    return new RequestError('unavailable', `${origin}: ${unconnected}`, { cause: error, isOfNode: true });
  }
  const distrusted = DISTRUSTED[code] ?? (OTHER_DISTRUST.test(code) ? 'its certificate is not believed' : undefined);
  if (distrusted !== undefined) {
    return new RequestError('denied', `${origin}: ${distrusted}`, { cause: error, isOfNode: true });
  }
  if (/^ERR_SSL|^EPROTO$/.test(code)) {
    return new RequestError('protocol', `${origin}: no TLS connection could be agreed on`, {
      cause: error,
      isOfNode: true,
    });
  }
  if (/^HPE_|^UND_ERR_(RES_|HEADERS_OVERFLOW)/.test(code)) {
    const options = { cause: error, mayBeStored: true, isOfNode: true };
    return new RequestError('protocol', `${origin}: its answer is not HTTP`, options);
  }
  const options = { cause: error, mayBeStored: true, isOfNode: true };
  return new RequestError('ambiguous', `${origin}: the connection ended before the answer`, options);
}

function innermostCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  // Of a name with several addresses.
  if (error instanceof AggregateError && error.errors.length > 0) return innermostCode(error.errors[0]);
  if (error.cause !== undefined) return innermostCode(error.cause);
  // What undici's parser throws has no code of its own kind.
  if (error.name === 'HTTPParserError') return 'HPE_INVALID';
  return 'code' in error ? String(error.code) : '';
}
