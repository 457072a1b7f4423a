import { isIP } from 'node:net';
import { matchesGlob } from '../config/patterns.ts';

/** Whether a text is a glob on hosts: a colon is an IPv6 address's, or begins a port. */
export function isHostGlob(text: string): boolean {
  return /^[0-9A-Za-z._*?:-]+$/.test(text) && !/^[^:]*:\d*$/.test(text);
}

/** Whether a host, as hostOf tells it, is meant by one of the globs (in lower case). */
export function isTarget(host: string, globs: readonly string[]): boolean {
  return globs.some((glob) => (isIPv4Glob(glob) ? isIP(host) === 4 : true) && matchesGlob(glob, host));
}

/** `10.0.*` means addresses: anybody can own a name such as 10.0.example.org. */
function isIPv4Glob(glob: string): boolean {
  return /^[0-9.*?]*\d[0-9.*?]*$/.test(glob);
}
