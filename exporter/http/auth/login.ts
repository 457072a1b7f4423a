import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type BasicCredentials, parseAuthorization } from './authorization.ts';
import { createQueue } from './queue.ts';
import { type Client, createThrottle } from './throttle.ts';

export interface HttpAuth {
  /** scrypt hashes by user name. */
  readonly users: Readonly<Record<string, string>>;
  readonly bearerToken?: string;
}

/** Whether the password is the one of the hash. */
export type VerifyPassword = (hash: string, password: string) => Promise<boolean>;

export type Verdict =
  | { readonly kind: 'granted' }
  | { readonly kind: 'denied'; readonly challenges: readonly string[] }
  | { readonly kind: 'delayed'; readonly seconds: number };

export interface Login {
  readonly check: (authorization: string | undefined, address: string) => Promise<Verdict>;
  /** New users and token; what was verified before is forgotten. */
  readonly update: (auth: HttpAuth | undefined) => void;
}

export interface LoginOptions {
  /** Undefined: everybody is let in. */
  readonly auth: HttpAuth | undefined;
  readonly verifyPassword: VerifyPassword;
  readonly nowMs: () => number;
  /** Called once when a user's password was wrong from this address so often that the next has to wait. */
  readonly onThrottled: (address: string) => void;
}

const MAX_REMEMBERED = 100;
const MAX_PENDING = 16;
const GRANTED: Verdict = { kind: 'granted' };
const BUSY: Verdict = { kind: 'delayed', seconds: 1 };

/**
 * Checks Authorization headers. A password costs scrypt, 57 ms of a thread (R60): one at a time, once for equal
 * credentials, and what was right is remembered as an HMAC under a key that dies with the process.
 */
export function createLogin({ auth, verifyPassword, nowMs, onThrottled }: LoginOptions): Login {
  const key = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  const throttle = createThrottle(nowMs);
  const remembered = new Set<string>();
  const queue = createQueue<Verdict>(MAX_PENDING);
  let current = auth;

  const delayed = (client: Client): Verdict | undefined => {
    const delayMs = throttle.delayMs(client);
    return delayMs > 0 ? { kind: 'delayed', seconds: Math.ceil(delayMs / 1000) } : undefined;
  };

  const denied = (): Verdict => ({ kind: 'denied', challenges: current === undefined ? [] : challenges(current) });

  /** Costs nothing and cannot be guessed: no reason to make anybody wait, who may share the guesser's address. */
  const checkToken = (token: string, expected: string | undefined) =>
    expected !== undefined && timingSafeEqual(digest(token), digest(expected)) ? GRANTED : denied();

  const checkPassword = async (login: BasicCredentials, users: HttpAuth['users'], address: string) => {
    const client = { address, user: login.user };
    // Before what is remembered is looked at: else guesses could be tried against it without end.
    const wait = delayed(client);
    if (wait !== undefined) return wait;
    // An unknown user is checked against somebody's hash, to take as long as a wrong password.
    const isKnown = Object.hasOwn(users, login.user);
    const hash = isKnown ? users[login.user] : Object.values(users)[0];
    if (hash === undefined) return denied();
    const id = digest(JSON.stringify([login.user, login.password, hash])).toString('base64');
    if (remembered.has(id)) return GRANTED;
    const check = async () => {
      // Those before it in the queue may have been guesses at the same password.
      const longer = delayed(client);
      if (longer !== undefined) return longer;
      const isRight = (await verifyPassword(hash, login.password)) && isKnown;
      if (isRight) remember(remembered, id);
      else if (throttle.fail(client)) onThrottled(address);
      return isRight ? GRANTED : denied();
    };
    return (await queue.run(id, check)) ?? BUSY;
  };

  return {
    async check(authorization, address) {
      if (current === undefined) return GRANTED;
      const credentials = parseAuthorization(authorization);
      if (credentials === undefined) return denied();
      return credentials.kind === 'bearer'
        ? checkToken(credentials.token, current.bearerToken)
        : await checkPassword(credentials, current.users, address);
    },
    update(next) {
      current = next;
      remembered.clear();
    },
  };
}

function remember(remembered: Set<string>, id: string): void {
  const [oldest] = remembered;
  if (remembered.size >= MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.add(id);
}

function challenges({ users, bearerToken }: HttpAuth): readonly string[] {
  const basic = Object.keys(users).length > 0 ? ['Basic realm="harborlight", charset="UTF-8"'] : [];
  return bearerToken === undefined ? basic : [...basic, 'Bearer realm="harborlight"'];
}
