import { ProbeFailure } from '../failure.ts';
import { isTarget } from '../host-glob.ts';
import { shortestForm } from './address-bytes.ts';
import { createAddressRules } from './address-rules.ts';
import type { Lookup } from './lookup.ts';
import type { ProbeNetwork } from './network.ts';

export interface Guard {
  /** Globs on names in lower case, and on addresses in their shortest form. */
  readonly targets: readonly string[];
  /** Addresses and blocks that are open although the rules close them. */
  readonly allowedAddresses: readonly string[];
}

/**
 * The network of one run for somebody else: what is asked on the way, by a redirect, has to be a target too, and what is
 * connected to an address that the rules leave open. A name is looked up by us, once for each connection, so a name server
 * that changes its mind changes nothing (R59).
 */
export function guardedNetwork(lookup: Lookup, { targets, allowedAddresses }: Guard): ProbeNetwork {
  const rules = createAddressRules(allowedAddresses);
  const known = new Set<string>();
  const refusesName = (name: string) => (isTarget(name.toLowerCase(), targets) ? undefined : NO_TARGET);
  return {
    refusesName,
    lookup: async (name, family, signal) => {
      const refusal = refusesName(name);
      if (refusal !== undefined) throw new ProbeFailure(`${name} is refused: ${refusal}`);
      const addresses = await lookup(name, family, signal);
      for (const address of addresses) known.add(shortestForm(address));
      return addresses;
    },
    refuses: (address) => {
      const refusal = rules.refuses(address);
      if (refusal !== undefined) return refusal;
      const one = shortestForm(address);
      // One that no name led to was named itself.
      return known.has(one) || isTarget(one, targets) ? undefined : NO_TARGET;
    },
  };
}

const NO_TARGET = "none of the module's targets";
