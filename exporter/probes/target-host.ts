import { isIP } from 'node:net';
import { shortestForm } from './net/address-bytes.ts';

/** Whom a target names, or why nobody is to be asked. */
export type TargetHost =
  | { readonly ok: true; readonly host: string }
  | { readonly ok: false; readonly reason: 'credentials' | 'malformed' };

/** `SCHEME://AUTHORITY/…`, or the authority alone. Backslashes are slashes to some readers of URLs. */
const TARGET = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?([^/?#\\]*)([/?#].*)?$/;
const AUTHORITY = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9A-Za-z._-]+))(?::\d{1,5})?$/;
const NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
/** What some readers take for an IPv4 address: `2130706433`, `0x7f.1`, `127.1`. */
const ENDS_IN_NUMBER = /(^|\.)(\d+|0x[0-9a-f]*)$/;
const MAX_CHARACTERS = 2048;

/**
 * The host of a URL, of `host:port` or of a host alone: a name in lower case, or an address in its shortest form without
 * brackets. Every reader of what this lets through sees the same host in it (R59).
 */
export function hostOf(target: string): TargetHost {
  const [, scheme, authority = '', rest = ''] = TARGET.exec(target) ?? [];
  if (authority.includes('@')) return { ok: false, reason: 'credentials' };
  if (!isPlain(target)) return MALFORMED;
  if (scheme === undefined) return rest === '' ? readAuthority(authority) : MALFORMED;
  const found = readAuthority(authority);
  return found.ok && urlHost(target) === found.host ? found : MALFORMED;
}

const MALFORMED: TargetHost = { ok: false, reason: 'malformed' };

function isPlain(text: string): boolean {
  return text.length <= MAX_CHARACTERS && /^[\x21-\x7e]+$/.test(text);
}

function readAuthority(authority: string): TargetHost {
  // Alone it has no port, so it needs no brackets; in a URL the parser refuses it.
  if (isIP(authority) === 6) return readHost(authority);
  const [, v6, name] = AUTHORITY.exec(authority) ?? [];
  if (v6 !== undefined) return isIP(v6) === 6 ? readHost(v6) : MALFORMED;
  return name === undefined ? MALFORMED : readHost(name);
}

function readHost(text: string): TargetHost {
  const host = text.toLowerCase();
  // A zone says by which of our networks, which is not for others to say.
  if (host.includes('%')) return MALFORMED;
  if (isIP(host) !== 0) return { ok: true, host: shortestForm(host) };
  return NAME.test(host) && !ENDS_IN_NUMBER.test(host) ? { ok: true, host } : MALFORMED;
}

/** As the URL parser sees it, which is what http requests are made from. */
function urlHost(target: string): string | undefined {
  if (!URL.canParse(target)) return undefined;
  const host = new URL(target).hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? host : shortestForm(host);
}
