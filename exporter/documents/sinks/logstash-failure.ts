import type { HttpAnswer } from '../store/node.ts';
import { parseRetryAfter } from './retry-after.ts';
import { SinkError, type SinkFailure } from './sink.ts';

/** What an answer of Logstash means; nothing when all documents are in its queue. Rejects with the signal's reason alone. */
export async function failureOfAnswer(
  answering: Promise<HttpAnswer> | undefined,
  signal: AbortSignal,
): Promise<SinkError | undefined> {
  try {
    return answering && failureOfStatus(await answering);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SinkError) return error;
    throw error;
  }
}

function failureOfStatus({ status, headers, text }: HttpAnswer): SinkError | undefined {
  if (status === 200) {
    // Its own answer. A proxy's page, or what else listens there, has taken nothing.
    return text.trim() === 'ok' ? undefined : new SinkError('protocol', 'answered 200, but not as Logstash does');
  }
  const retryAfterMs = parseRetryAfter(headers['retry-after']);
  const failure = FAILURES.get(status) ?? 'protocol';
  return new SinkError(failure, `answered ${status}`, { ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

const FAILURES: ReadonlyMap<number, SinkFailure> = new Map([
  [401, 'denied'],
  [403, 'denied'],
  [413, 'too_large'],
  [429, 'throttled'],
  // Logstash's too: a codec or its queue failed in the middle of a body.
  [500, 'ambiguous'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
]);
