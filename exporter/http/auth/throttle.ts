import { isIPv6 } from 'node:net';

/** Slips of a hand that cost nothing. */
const FREE_FAILURES = 3;
const LONGEST_DELAY_MS = 60_000;
/** Who did nothing wrong for so long is forgotten. */
const MEMORY_MS = 600_000;
/** Beyond it who failed longest ago is forgotten. */
const MAX_CLIENTS = 1_000;
/** Longer names count as one when they begin alike, so that what is remembered stays small. */
const MAX_USER_LENGTH = 64;

/** Who tries. Behind a proxy all have one address: one user's guesser is not to lock out the others. */
export interface Client {
  readonly address: string;
  readonly user: string;
}

export interface Throttle {
  /** How long the client has to wait; 0 when it need not. */
  readonly delayMs: (client: Client) => number;
  /** Counts a failure; true when the client has to wait from now on and did not before. */
  readonly fail: (client: Client) => boolean;
}

/** Delays the next attempt of a client after failures: 1 s after the fourth, doubling to a minute. */
export function createThrottle(nowMs: () => number): Throttle {
  // Insertion order is the order of the last failures.
  const clients = new Map<string, { readonly failures: number; readonly atMs: number }>();

  const recall = (key: string) => {
    const entry = clients.get(key);
    return entry !== undefined && nowMs() - entry.atMs < MEMORY_MS ? entry : undefined;
  };

  return {
    delayMs(client) {
      const entry = recall(keyOf(client));
      if (entry === undefined || entry.failures <= FREE_FAILURES) return 0;
      const delay = Math.min(1_000 * 2 ** (entry.failures - FREE_FAILURES - 1), LONGEST_DELAY_MS);
      return Math.max(0, entry.atMs + delay - nowMs());
    },
    fail(client) {
      const key = keyOf(client);
      const failures = (recall(key)?.failures ?? 0) + 1;
      clients.delete(key);
      clients.set(key, { failures, atMs: nowMs() });
      const [oldest] = clients.keys();
      if (clients.size > MAX_CLIENTS && oldest !== undefined) clients.delete(oldest);
      return failures === FREE_FAILURES + 1;
    },
  };
}

function keyOf({ address, user }: Client): string {
  return `${network(address)} ${user.slice(0, MAX_USER_LENGTH)}`;
}

/** Who has one IPv6 address has 2^64 of them: a /64 counts as one. */
function network(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const tailLength = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - tailLength);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...(tail ?? '').split(':')];
  return all.slice(0, 4).join(':');
}
