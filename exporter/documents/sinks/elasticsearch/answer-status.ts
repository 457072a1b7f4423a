import { errorOf, parseJson } from '../../store/json-answer.ts';
import type { HttpAnswer } from '../../store/node.ts';
import { RequestError } from '../../store/request-error.ts';
import { parseRetryAfter } from '../retry-after.ts';
import { shortType } from './reason.ts';

/** What an answer means that is not 200. */
export function statusError(origin: string, answer: HttpAnswer): RequestError {
  const { status } = answer;
  const message = `${origin} answered ${status}${typeOf(answer)}`;
  if (status === 401 || status === 403) return new RequestError('denied', message);
  if (status === 413) return new RequestError('too_large', message);
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(answer.headers['retry-after']);
    return new RequestError('throttled', message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  // A proxy says so too, whose store may have stored all.
  if (status >= 500 || status === 408) {
    return new RequestError('unavailable', message, { mayBeStored: true, isOfNode: true });
  }
  return new RequestError('protocol', message, { mayBeStored: true, isOfNode: true });
}

function typeOf(answer: HttpAnswer): string {
  const type = errorOf(parseJson(answer))?.type;
  return type === undefined ? '' : `: ${shortType(type)}`;
}
