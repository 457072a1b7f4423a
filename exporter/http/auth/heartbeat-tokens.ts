import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseAuthorization } from './authorization.ts';
import { createThrottle } from './throttle.ts';

/** Tokens by the name of their heartbeat. */
export type HeartbeatTokens = ReadonlyMap<string, string>;

export type TokenVerdict =
  | { readonly kind: 'granted' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'delayed'; readonly seconds: number };

export interface TokenCheckOptions {
  readonly tokens: () => HeartbeatTokens;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Called once when a client has to wait from now on. */
  readonly onThrottled: (address: string) => void;
}

export interface TokenAttempt {
  readonly name: string;
  readonly authorization: string | undefined;
  readonly address: string;
}

/** Whether a request may beat. A name that there is none of is as wrong as a token, and takes as long. */
export function createTokenCheck({
  tokens,
  nowMs,
  onThrottled,
}: TokenCheckOptions): (attempt: TokenAttempt) => TokenVerdict {
  const key = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  const throttle = createThrottle(nowMs);
  return ({ name, authorization, address }) => {
    const client = { address, user: name };
    const delayMs = throttle.delayMs(client);
    if (delayMs > 0) return { kind: 'delayed', seconds: Math.ceil(delayMs / 1000) };
    const credentials = parseAuthorization(authorization);
    const given = credentials?.kind === 'bearer' ? credentials.token : '';
    const expected = tokens().get(name);
    // No token is empty.
    const isRight = timingSafeEqual(digest(given), digest(expected ?? '')) && expected !== undefined;
    if (isRight) return { kind: 'granted' };
    if (throttle.fail(client)) onThrottled(address);
    return { kind: 'denied' };
  };
}
