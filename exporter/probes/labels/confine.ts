import { isIP } from 'node:net';
import type { Lookup } from '../net/lookup.ts';
import type { ProbeNetwork } from '../net/network.ts';
import type { Place } from './way-in.ts';

/**
 * A network that ends at one port of one host: neither a redirect of its server nor what labels say leads elsewhere (R58). The
 * lookup is asked for the host of the place alone, where that is a name.
 */
export function confineTo({ host, port }: Place, lookup: Lookup): ProbeNetwork {
  const only = isIP(host) === 0 ? undefined : canonical(host);
  /** Those that the name had last, of each family. */
  const addresses = new Map<4 | 6, readonly string[]>();
  const isOurs = (address: string) =>
    only === undefined ? [...addresses.values()].some((list) => list.includes(address)) : address === only;
  return {
    lookup: async (name, family, signal) => {
      if (only !== undefined || name.toLowerCase() !== host.toLowerCase()) return [];
      const found = await lookup(name, family, signal);
      addresses.set(family, found.map(canonical));
      return found;
    },
    refuses: (address) => (isOurs(canonical(address)) ? undefined : 'labels lead to their own container only'),
    onlyPort: port,
  };
}

/** One text for each address: IPv6 can be written in many ways. */
function canonical(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address.replace(/%.*/, '')}]`).hostname : address;
}
