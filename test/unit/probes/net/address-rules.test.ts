import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAddressRules } from '../../../../exporter/probes/net/address-rules.ts';

const refusalOf = (address: string, allowed: readonly string[] = []) => createAddressRules(allowed).refuses(address);

test.each([
  ['127.0.0.1', 'a loopback address'],
  ['127.255.255.254', 'a loopback address'],
  ['::1', 'a loopback address'],
  ['0:0:0:0:0:0:0:1', 'a loopback address'],
  ['0.0.0.0', 'an unspecified address'],
  ['0.1.2.3', 'an unspecified address'],
  ['::', 'an unspecified address'],
  ['169.254.169.254', 'a link-local address'],
  ['169.254.170.2', 'a link-local address'],
  ['fe80::1', 'a link-local address'],
  ['fe80::1%eth0', 'a link-local address'],
  ['FEBF::1', 'a link-local address'],
  ['100.100.100.200', "Alibaba Cloud's metadata address"],
  ['fd00:100::100:200', "Alibaba Cloud's metadata address"],
  ['168.63.129.16', "Azure's metadata address"],
  ['192.0.0.192', "Oracle Cloud's metadata address"],
  ['fd00:c1::a9fe:a9fe', "Oracle Cloud's metadata address"],
  ['fd00:ec2::254', "AWS's metadata address"],
  ['FD00:0EC2:0::0254', "AWS's metadata address"],
  ['fd00:ec2::23', "AWS's metadata address"],
  ['fd20:ce::254', "Google Cloud's metadata address"],
  ['fd00:42::42', "Scaleway's metadata address"],
  ['fd00:a9fe:a9fe::1', "Linode's metadata address"],
  ['224.0.0.1', 'a multicast address'],
  ['239.255.255.255', 'a multicast address'],
  ['ff02::1', 'a multicast address'],
  ['255.255.255.255', 'the broadcast address'],
  ['::ffff:127.0.0.1', 'a loopback address, IPv4-mapped'],
  ['::FFFF:7F00:1', 'a loopback address, IPv4-mapped'],
  ['::ffff:192.0.2.1', 'IPv4-mapped'],
  ['::ffff:0:127.0.0.1', 'a loopback address, IPv4-translated'],
  ['::ffff:0:192.0.2.1', 'IPv4-translated'],
  ['::127.0.0.1', 'a loopback address, IPv4-compatible'],
  ['::192.0.2.1', 'IPv4-compatible'],
  ['::2', 'an unspecified address, IPv4-compatible'],
  ['64:ff9b::127.0.0.1', 'a loopback address, NAT64'],
  ['64:ff9b::192.0.2.1', 'NAT64'],
  ['64:ff9b:1::169.254.169.254', 'a link-local address, NAT64'],
  ['64:ff9b:1:ffff::192.0.2.1', 'NAT64'],
  ['2002:7f00:1::', 'a loopback address, 6to4'],
  ['2002:a9fe:a9fe::5', 'a link-local address, 6to4'],
  // The client's bits are turned: 80ff:fffe is 127.0.0.1.
  ['2001:0:c000:201::80ff:fffe', 'a loopback address, Teredo'],
  ['2001:0:7f00:1::3fff:fdfe', 'a loopback address, Teredo'],
])('%s is refused: %s', (address, why) => {
  expect(refusalOf(address)).toBe(why);
});

test.each([
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '192.0.2.1',
  '126.255.255.255',
  '128.0.0.0',
  '1.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '223.255.255.255',
  'fd00::1',
  '2001:db8::1',
  'fe7f::1',
  'fec0::1',
  '2002:c000:201::1',
  '2001:0:c000:201::3fff:fdfe',
])('%s may be connected to', (address) => {
  expect(refusalOf(address)).toBeUndefined();
});

test.each([
  '',
  'localhost',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '127.0.0.1.',
  '[::1]',
  '::1/128',
  '1.2.3.4/8',
])('%j is no address, whatever is allowed', (text) => {
  expect(refusalOf(text, ['0.0.0.0/0', '::/0'])).toBe('no address');
});

test.each([
  ['127.0.0.1', ['127.0.0.1']],
  ['127.0.0.9', ['127.0.0.0/8']],
  ['127.0.0.3', ['127.0.0.2/31']],
  ['::1', ['::1']],
  ['fe80::1%eth0', ['fe80::/10']],
  ['169.254.169.254', ['10.0.0.0/8', '169.254.0.0/16']],
  ['::ffff:127.0.0.1', ['127.0.0.0/8']],
  ['::ffff:192.0.2.1', ['192.0.2.0/24']],
  ['::ffff:192.0.2.1', ['::ffff:0:0/96']],
  ['64:ff9b::192.0.2.1', ['64:ff9b::/96']],
  ['2002:7f00:1::', ['127.0.0.1']],
])('%s may be connected to when %j are allowed', (address, allowed) => {
  expect(refusalOf(address, allowed)).toBeUndefined();
});

test.each([
  ['127.0.0.2', ['127.0.0.1']],
  ['127.0.0.4', ['127.0.0.2/31']],
  ['::1', ['127.0.0.1', '0.0.0.0/0']],
  ['127.0.0.1', ['::/0']],
  // An open translator or notation opens none of what is closed behind it.
  ['::ffff:127.0.0.1', ['::ffff:0:0/96', '::/0']],
  ['64:ff9b::169.254.169.254', ['64:ff9b::/96']],
  ['2002:7f00:1::', ['2002::/16']],
  ['2001:0:c000:201::80ff:fffe', ['2001::/32', '192.0.2.0/24']],
])('%s is still refused when %j are allowed', (address, allowed) => {
  expect(refusalOf(address, allowed)).toBeDefined();
});

/** Biased to what is refused: one address in forty of the whole space is. */
const anyIPv4 = fc.oneof(
  fc.ipV4(),
  fc.tuple(fc.constantFrom(0, 127, 224, 239), fc.nat(255), fc.nat(255), fc.nat(255)).map((bytes) => bytes.join('.')),
  fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `169.254.${a}.${b}`),
  fc.constantFrom('100.100.100.200', '168.63.129.16', '192.0.0.192', '255.255.255.255'),
);
const anyAllowed = fc.subarray([
  '127.0.0.0/9',
  '169.254.0.0/16',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '2002::/16',
  '2001::/32',
]);

test('of an IPv4 address that is refused every embedding is refused, whatever is allowed', () => {
  fc.assert(
    fc.property(anyIPv4, anyAllowed, fc.boolean(), (address, allowed, isUpper) => {
      const { refuses } = createAddressRules(allowed);
      fc.pre(refuses(address) !== undefined);
      for (const embedding of embeddingsOf(address)) {
        expect(refuses(isUpper ? embedding.toUpperCase() : embedding), embedding).toBeDefined();
      }
    }),
    { numRuns: 500 },
  );
});

function embeddingsOf(address: string): readonly string[] {
  const bytes = address.split('.').map(Number);
  const hex = (turn: number) =>
    [0, 2].map((at) => ((((bytes[at] ?? 0) ^ turn) << 8) | ((bytes[at + 1] ?? 0) ^ turn)).toString(16)).join(':');
  return [
    `::ffff:${address}`,
    `::ffff:${hex(0)}`,
    `0:0:0:0:0:ffff:${hex(0)}`,
    `::ffff:0:${address}`,
    `::${address}`,
    `64:ff9b::${hex(0)}`,
    `64:ff9b:1::${hex(0)}`,
    `64:ff9b:1:2:3:4:${hex(0)}`,
    `2002:${hex(0)}::1`,
    `2001:0:${hex(0)}::${hex(0x00)}`,
    `2001:0:808:808::${hex(0xff)}`,
  ];
}
