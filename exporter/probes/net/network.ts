import { isIP } from 'node:net';
import type { Attempt } from '../attempt.ts';
import { ProbeFailure } from '../failure.ts';
import { bytesOf } from './address-bytes.ts';
import type { Lookup } from './lookup.ts';

export const IP_PREFERENCES = ['ip4', 'ip6', 'ip4_only', 'ip6_only'] as const;
/** Which of a target's addresses is taken; without `_only` the other kind where there is none of this. */
export type IpPreference = (typeof IP_PREFERENCES)[number];

/** What stands between a probe and the network. */
export interface ProbeNetwork {
  readonly lookup: Lookup;
  /** Why an address must not be connected to; undefined when it may. Asked for each connection, redirects included (R59). */
  readonly refuses: (address: string) => string | undefined;
  /** Why a name must not be asked, where that is known before it is looked up; for who lets others look it up. */
  readonly refusesName?: (name: string) => string | undefined;
  /** The only port that may be connected to, where there is one: for a target that must not send us to its neighbours (R58). */
  readonly onlyPort?: number;
}

export interface Resolved {
  readonly address: string;
  readonly family: 4 | 6;
  /** What the lookup took; 0 for an address that is none. */
  readonly seconds: number;
}

/** A network without rules of its own: for targets that the configuration names. */
export function openNetwork(lookup: Lookup): ProbeNetwork {
  return { lookup, refuses: () => undefined };
}

/** The address of a target, which may be connected to. Tells the attempt; throws a ProbeFailure. */
export async function resolveTarget(attempt: Attempt, host: string, preference: IpPreference): Promise<Resolved> {
  const since = attempt.nowSeconds();
  const name = host.replace(/^\[(.*)\]$/, '$1');
  attempt.learn({ address: { family: 0, hash: 0 } });
  const address = await findAddress(attempt, name, preference).finally(() =>
    attempt.learn({ lookup: { seconds: attempt.nowSeconds() - since } }),
  );
  const seconds = attempt.nowSeconds() - since;
  const family = isIP(address) === 6 ? 6 : 4;
  attempt.learn({ lookup: { seconds }, address: { family, hash: hashAddress(address) } });
  const refusal = attempt.network.refuses(address);
  if (refusal !== undefined) throw new ProbeFailure(`${address} is refused: ${refusal}`);
  if (address !== name) attempt.step(`${name} is ${address}`);
  return { address, family, seconds };
}

async function findAddress(attempt: Attempt, name: string, preference: IpPreference): Promise<string> {
  return isIP(name) === 0 ? lookUp(attempt, name, preference) : literal(name, preference);
}

async function lookUp(attempt: Attempt, name: string, preference: IpPreference): Promise<string> {
  for (const family of FAMILIES[preference]) {
    const [address] = await attempt.network.lookup(name, family, attempt.signal);
    if (address !== undefined) return address;
  }
  throw new ProbeFailure(`${name} has no ${preference.endsWith('_only') ? `${LABELS[preference]} ` : ''}address`);
}

const FAMILIES: Readonly<Record<IpPreference, readonly (4 | 6)[]>> = {
  ip4: [4, 6],
  ip6: [6, 4],
  ip4_only: [4],
  ip6_only: [6],
};
const LABELS: Readonly<Record<IpPreference, string>> = { ip4: '', ip6: '', ip4_only: 'IPv4', ip6_only: 'IPv6' };

function literal(address: string, preference: IpPreference): string {
  const family = isIP(address) === 6 ? 6 : 4;
  if (FAMILIES[preference].includes(family)) return address;
  throw new ProbeFailure(`${address} is no ${LABELS[preference]} address`);
}

/** FNV-1a in 32 bits of the address's bytes, as blackbox_exporter has it. */
export function hashAddress(address: string): number {
  let hash = 0x811c9dc5;
  for (const byte of bytesOf(address)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
