import type { Request, RequestHandler } from 'express';
import type { TokenAttempt, TokenVerdict } from '../auth/heartbeat-tokens.ts';
import { HttpFault } from '../fault.ts';

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
    await discardBody(request);
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

/** Resolves when the body has ended. Not by iteration: giving that up would cut the connection before the answer. */
async function discardBody(request: Request): Promise<void> {
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    const fail = (fault: HttpFault) => {
      request.pause();
      reject(fault);
    };
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) fail(new HttpFault(413, 'The body is too long.', { Connection: 'close' }));
    });
    request.once('end', resolve);
    request.once('error', () => fail(new HttpFault(400, 'The body did not end.')));
    request.once('close', () => fail(new HttpFault(400, 'The body did not end.')));
  });
}
