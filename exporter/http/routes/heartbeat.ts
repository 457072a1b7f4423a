import type { RequestHandler } from 'express';
import type { TokenAttempt, TokenVerdict } from '../auth/heartbeat-tokens.ts';
import { HttpFault } from '../fault.ts';
import { readBody } from '../request-body.ts';

export interface HeartbeatOptions {
  readonly check: (attempt: TokenAttempt) => TokenVerdict;
  /** Resolves to whether the beat outlives this process. */
  readonly beat: (name: string) => Promise<boolean>;
}

/** What a job may tell beside its sign of life; it is read by nobody. */
const MAX_BODY_BYTES = 1024 * 1024;

/** A job's sign of life: 204 when it is safe on the disk, 202 when it counts but the disk did not take it. */
export function heartbeat({ check, beat }: HeartbeatOptions): RequestHandler {
  return async (request, response) => {
    const name = String(request.params['name']);
    const address = request.socket.remoteAddress ?? '';
    const verdict = check({ name, authorization: request.get('Authorization'), address });
    refuse(verdict);
    await readBody(request, MAX_BODY_BYTES);
    const isSafe = await beat(name);
    response.status(isSafe ? 204 : 202).end();
  };
}

function refuse(verdict: TokenVerdict): void {
  switch (verdict.kind) {
    case 'granted':
      return;
    case 'denied':
      throw new HttpFault(401, 'This needs the token of the heartbeat.', {
        'WWW-Authenticate': 'Bearer realm="harborlight"',
        Connection: 'close',
      });
    case 'delayed':
      throw new HttpFault(429, 'Too many wrong tokens; try again later.', {
        'Retry-After': String(verdict.seconds),
        Connection: 'close',
      });
    default:
      verdict satisfies never;
  }
}
