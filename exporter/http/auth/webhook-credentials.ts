import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseAuthorization } from './authorization.ts';
import type { TokenVerdict } from './heartbeat-tokens.ts';
import { createThrottle } from './throttle.ts';

/** What whoever sends alerts shows; of both either is enough. */
export interface WebhookCredentials {
  readonly bearerToken?: string;
  readonly basic?: Basic;
}

interface Basic {
  readonly user: string;
  readonly password: string;
}

export interface CredentialCheckOptions {
  readonly credentials: () => WebhookCredentials;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Called once when a user's password was wrong from this address so often that the next has to wait. */
  readonly onThrottled: (address: string) => void;
}

export interface CredentialAttempt {
  readonly authorization: string | undefined;
  readonly address: string;
}

/** Whether an Authorization header has the credentials; nobody's while there are none. */
export function createCredentialCheck({
  credentials,
  nowMs,
  onThrottled,
}: CredentialCheckOptions): (attempt: CredentialAttempt) => TokenVerdict {
  const key = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  const isSame = (given: string, expected: string) => timingSafeEqual(digest(given), digest(expected));
  const throttle = createThrottle(nowMs);

  const checkPassword = ({ user, password }: Basic, expected: Basic, address: string): TokenVerdict => {
    const client = { address, user };
    // Before it is looked at, right or wrong: else guesses could be tried without end (R60).
    const delayMs = throttle.delayMs(client);
    if (delayMs > 0) return { kind: 'delayed', seconds: Math.ceil(delayMs / 1000) };
    const isRight = isSame(JSON.stringify([user, password]), JSON.stringify([expected.user, expected.password]));
    if (isRight) return { kind: 'granted' };
    if (throttle.fail(client)) onThrottled(address);
    return { kind: 'denied' };
  };

  return ({ authorization, address }) => {
    const { bearerToken, basic } = credentials();
    const given = parseAuthorization(authorization);
    if (given?.kind === 'bearer') {
      return { kind: bearerToken !== undefined && isSame(given.token, bearerToken) ? 'granted' : 'denied' };
    }
    return given?.kind === 'basic' && basic !== undefined ? checkPassword(given, basic, address) : { kind: 'denied' };
  };
}
