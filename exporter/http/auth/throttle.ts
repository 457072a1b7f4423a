import { isIPv6 } from 'node:net';

/** Slips of a hand that cost nothing. */
const FREE_FAILURES = 3;
const LONGEST_DELAY_MS = 60_000;
/** An address that did nothing wrong for so long is forgotten. */
const MEMORY_MS = 600_000;
/** Beyond it the address that failed longest ago is forgotten. */
const MAX_ADDRESSES = 1_000;

export interface Throttle {
  /** How long the address has to wait; 0 when it need not. */
  readonly delayMs: (address: string) => number;
  /** Counts a failure; true when the address has to wait from now on and did not before. */
  readonly fail: (address: string) => boolean;
}

/** Delays the next attempt of an address after failures: 1 s after the fourth, doubling to a minute. */
export function createThrottle(nowMs: () => number): Throttle {
  // Insertion order is the order of the last failures.
  const addresses = new Map<string, { readonly failures: number; readonly atMs: number }>();

  const recall = (address: string) => {
    const entry = addresses.get(address);
    return entry !== undefined && nowMs() - entry.atMs < MEMORY_MS ? entry : undefined;
  };

  return {
    delayMs(address) {
      const entry = recall(network(address));
      if (entry === undefined || entry.failures <= FREE_FAILURES) return 0;
      const delay = Math.min(1_000 * 2 ** (entry.failures - FREE_FAILURES - 1), LONGEST_DELAY_MS);
      return Math.max(0, entry.atMs + delay - nowMs());
    },
    fail(address) {
      const key = network(address);
      const failures = (recall(key)?.failures ?? 0) + 1;
      addresses.delete(key);
      addresses.set(key, { failures, atMs: nowMs() });
      const [oldest] = addresses.keys();
      if (addresses.size > MAX_ADDRESSES && oldest !== undefined) addresses.delete(oldest);
      return failures === FREE_FAILURES + 1;
    },
  };
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
