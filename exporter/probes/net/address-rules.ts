import { isIP } from 'node:net';
import { type AddressBlock, isWithin, parseBlock } from './address-block.ts';
import { bytesOf } from './address-bytes.ts';

/** Which addresses may be connected to by somebody who is not the one who configures (R59). */
export interface AddressRules {
  /** Why an address must not be connected to; undefined when it may. Of any spelling that a socket takes. */
  readonly refuses: (address: string) => string | undefined;
}

/**
 * Private networks are open, because they are what such probes are for; this machine, its link and what a cloud tells its
 * machines are not, however they are written. `allowed` are addresses and blocks that are open all the same.
 */
export function createAddressRules(allowed: readonly string[]): AddressRules {
  const blocks = allowed.map(parseBlock);
  return {
    refuses: (address) => (isIP(address) === 0 ? 'no address' : judge(bytesOf(address), blocks)),
  };
}

type Bytes = readonly number[];

/** First what is inside: that a block of IPv6 is open says nothing of the IPv4 address that a translator would ask. */
function judge(address: Bytes, allowed: readonly AddressBlock[]): string | undefined {
  const isAllowed = allowed.some((block) => isWithin(address, block));
  const embedding = isWithin(address, NOT_COMPATIBLE)
    ? undefined
    : EMBEDDINGS.find(({ block }) => isWithin(address, block));
  if (embedding === undefined)
    return isAllowed ? undefined : REFUSED.find(({ block }) => isWithin(address, block))?.why;
  const inner = embedding.innerOf(address);
  const refusal = inner.map((one) => judge(one, allowed)).find((why) => why !== undefined);
  if (refusal !== undefined) return `${refusal}, ${embedding.name}`;
  if (isAllowed || !embedding.isRefused) return undefined;
  return inner.every((one) => allowed.some((block) => isWithin(one, block))) ? undefined : embedding.name;
}

interface Refused {
  readonly block: AddressBlock;
  readonly why: string;
}

function refused(why: string, ...blocks: readonly string[]): readonly Refused[] {
  return blocks.map((block) => ({ block: parseBlock(block), why }));
}

const REFUSED: readonly Refused[] = [
  ...refused('a loopback address', '127.0.0.0/8', '::1'),
  // Linux connects 0.0.0.0 and :: to this machine.
  ...refused('an unspecified address', '0.0.0.0/8', '::'),
  ...refused('a link-local address', '169.254.0.0/16', 'fe80::/10'),
  // Those of clouds that are not link-local; two of AWS, one for machines and one for pods.
  ...refused("Alibaba Cloud's metadata address", '100.100.100.200', 'fd00:100::100:200'),
  ...refused("Azure's metadata address", '168.63.129.16'),
  ...refused("Oracle Cloud's metadata address", '192.0.0.192', 'fd00:c1::a9fe:a9fe'),
  ...refused("AWS's metadata address", 'fd00:ec2::254', 'fd00:ec2::23'),
  ...refused("Google Cloud's metadata address", 'fd20:ce::254'),
  ...refused("Scaleway's metadata address", 'fd00:42::42'),
  ...refused("Linode's metadata address", 'fd00:a9fe:a9fe::1'),
  ...refused('a multicast address', '224.0.0.0/4', 'ff00::/8'),
  ...refused('the broadcast address', '255.255.255.255'),
];

/** `::` and `::1` lie in the block of IPv4-compatible addresses, and are none. */
const NOT_COMPATIBLE = parseBlock('::/127');

interface Embedding {
  readonly name: string;
  readonly block: AddressBlock;
  /** Whether such an address needs to be allowed, or only must not hold one that is refused. */
  readonly isRefused: boolean;
  /** The IPv4 addresses that it leads to. */
  readonly innerOf: (address: Bytes) => readonly Bytes[];
}

const lastFour = (address: Bytes) => [address.slice(12)];

/** IPv6 addresses behind which an IPv4 address is asked, by the kernel or by a translator on the way. */
const EMBEDDINGS: readonly Embedding[] = [
  { name: 'IPv4-mapped', block: parseBlock('::ffff:0:0/96'), isRefused: true, innerOf: lastFour },
  { name: 'IPv4-translated', block: parseBlock('::ffff:0:0:0/96'), isRefused: true, innerOf: lastFour },
  { name: 'IPv4-compatible', block: parseBlock('::/96'), isRefused: true, innerOf: lastFour },
  { name: 'NAT64', block: parseBlock('64:ff9b::/96'), isRefused: true, innerOf: lastFour },
  { name: 'NAT64', block: parseBlock('64:ff9b:1::/48'), isRefused: true, innerOf: lastFour },
  { name: '6to4', block: parseBlock('2002::/16'), isRefused: false, innerOf: (address) => [address.slice(2, 6)] },
  {
    name: 'Teredo',
    block: parseBlock('2001::/32'),
    isRefused: false,
    // RFC 4380: the server, and the client with all its bits turned.
    innerOf: (address) => [address.slice(4, 8), address.slice(12).map((byte) => byte ^ 0xff)],
  },
];
