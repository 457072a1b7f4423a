import { createHmac } from 'node:crypto';

/**
 * Whether a known_hosts file vouches for a key: a line for this host (plain, [host]:port, pattern or hashed) holds
 * it and none revokes it. Lines of certificate authorities are passed over.
 * @param key the key as it goes over the wire
 */
export function isKnownHost(file: string, host: string, port: number, key: Buffer): boolean {
  // Hashed names were written in lower case.
  const name = host.toLowerCase();
  const names = port === 22 ? [name, `[${name}]:22`] : [`[${name}]:${port}`];
  const encoded = key.toString('base64');
  const lines = file.split('\n').map((line) => line.trim().split(/\s+/));
  const holds = (hosts: string | undefined, lineKey: string | undefined) =>
    hosts !== undefined && lineKey === encoded && names.some((it) => matchesHosts(hosts, it));
  if (lines.some(([marker, hosts, , lineKey]) => marker === '@revoked' && holds(hosts, lineKey))) return false;
  return lines.some(([hosts, , lineKey]) => hosts?.startsWith('@') === false && holds(hosts, lineKey));
}

function matchesHosts(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return matchesHash(hosts, name);
  const patterns = hosts.split(',');
  const denied = patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), name));
  return !denied && patterns.some((pattern) => matchesPattern(pattern, name));
}

/** |1|salt|HMAC-SHA1 of the name under the salt| */
function matchesHash(hosts: string, name: string): boolean {
  const [, , salt = '', hash] = hosts.split('|');
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(name);
}
