import { Resolver } from 'node:dns/promises';
import { ProbeFailure } from '../failure.ts';
import { createHostsFile } from './hosts-file.ts';

/** All addresses of a name, of one family; none when the name has none. Throws a ProbeFailure when nobody can tell. */
export type Lookup = (name: string, family: 4 | 6, signal: AbortSignal) => Promise<readonly string[]>;

export interface LookupOptions {
  /** Addresses, with or without a port; none: those of the system. */
  readonly servers: readonly string[];
  readonly hostsPath: string;
}

/** Names without an address, as c-ares tells them. */
const NONE = new Set(['ENODATA', 'ENOTFOUND']);
/** Each server is asked again after this and twice it; the probe's own deadline ends it before. */
const TRY_MS = 2_000;

/**
 * The hosts file first, then c-ares, which knows no hosts file: getaddrinfo would hold one of libuv's threads for as long as
 * a name server says nothing (R17).
 */
export function createLookup({ servers, hostsPath }: LookupOptions): Lookup {
  const hosts = createHostsFile(hostsPath);
  return async (name, family, signal) => {
    const known = hosts.addressesOf(name, family);
    if (known.length > 0) return known;
    if (isLocalhost(name)) return [family === 4 ? '127.0.0.1' : '::1'];
    return ask(servers, name, family, signal);
  };
}

/** RFC 6761: such names are never asked of a server. */
function isLocalhost(name: string): boolean {
  return /(^|\.)localhost\.?$/i.test(name);
}

/** A resolver of its own, because cancelling is all it can do for one question. */
async function ask(
  servers: readonly string[],
  name: string,
  family: 4 | 6,
  signal: AbortSignal,
): Promise<readonly string[]> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: TRY_MS, tries: 3 });
  if (servers.length > 0) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name));
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (NONE.has(code)) return [];
    throw new ProbeFailure(`${name} could not be looked up: ${code.toLowerCase()}`, { cause: error });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
