import { isIP } from 'node:net';

/** The 4 or 16 bytes of an address; a zone (`%eth0`) is no part of it. Only of what isIP knows. */
export function bytesOf(address: string): readonly number[] {
  if (isIP(address) === 4) return address.split('.').map(Number);
  const [before = '', after] = shortestForm(address).split('::');
  const groupsOf = (part: string) => part.split(':').filter((group) => group !== '');
  const [left, right] = [groupsOf(before), groupsOf(after ?? '')];
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 0xff]);
}

/** The one spelling of an address, without a zone. Only of what isIP knows. */
export function shortestForm(address: string): string {
  if (isIP(address) === 4) return address;
  // The URL parser writes eight groups of hex, the longest run of zeros left out.
  return new URL(`http://[${address.replace(/%.*/, '')}]`).hostname.slice(1, -1);
}
