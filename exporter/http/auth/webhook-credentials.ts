import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseAuthorization } from './authorization.ts';
import type { TokenVerdict } from './heartbeat-tokens.ts';
import { createThrottle } from './throttle.ts';

/** What whoever sends alerts shows; of both either is enough. */
export interface WebhookCredentials {
  readonly bearerToken?: string;
  readonly basic?: { readonly user: string; readonly password: string };
}

export interface CredentialCheckOptions {
  readonly credentials: () => WebhookCredentials;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Called once when a user's password was wrong from this address so often that further wrong ones have to wait. */
  readonly onThrottled: (address: string) => void;
}

export interface CredentialAttempt {
  readonly authorization: string | undefined;
  readonly address: string;
}

/**
 * Whether an Authorization header has the credentials; nobody's while there are none. What is right is let in whatever
 * was wrong before: Alertmanager throws away what it is not let in with, and a guesser may share its address.
 */
export function createCredentialCheck({
  credentials,
  nowMs,
  onThrottled,
}: CredentialCheckOptions): (attempt: CredentialAttempt) => TokenVerdict {
  const key = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  const isSame = (given: string, expected: string) => timingSafeEqual(digest(given), digest(expected));
  const throttle = createThrottle(nowMs);

  const refusePassword = (client: { readonly address: string; readonly user: string }): TokenVerdict => {
    const delayMs = throttle.delayMs(client);
    if (delayMs > 0) return { kind: 'delayed', seconds: Math.ceil(delayMs / 1000) };
    if (throttle.fail(client)) onThrottled(client.address);
    return { kind: 'denied' };
  };

  return ({ authorization, address }) => {
    const { bearerToken, basic } = credentials();
    const given = parseAuthorization(authorization);
    if (given?.kind === 'bearer') {
      return { kind: bearerToken !== undefined && isSame(given.token, bearerToken) ? 'granted' : 'denied' };
    }
    if (given?.kind !== 'basic' || basic === undefined) return { kind: 'denied' };
    const { user, password } = given;
    return isSame(JSON.stringify([user, password]), JSON.stringify([basic.user, basic.password]))
      ? { kind: 'granted' }
      : refusePassword({ address, user });
  };
}
