import { expect, test } from 'vitest';
import type { ProbeDetails } from '../../../../exporter/model/probe.ts';
import type { Attempt } from '../../../../exporter/probes/attempt.ts';
import {
  hashAddress,
  type IpPreference,
  type ProbeNetwork,
  resolveTarget,
} from '../../../../exporter/probes/net/network.ts';

/** A name server in which every name has these addresses. */
function attempt({ ip4 = '', ip6 = '' }, network: Partial<ProbeNetwork> = {}) {
  const learnt: ProbeDetails[] = [];
  const one: Attempt = {
    signal: new AbortController().signal,
    network: {
      lookup: (_name, family) => Promise.resolve([family === 4 ? ip4 : ip6].filter((address) => address !== '')),
      refuses: () => undefined,
      ...network,
    },
    findContainers: () => undefined,
    step: () => undefined,
    learn: (details) => void learnt.push(details),
    nowSeconds: () => 1,
  };
  return { one, learnt };
}

const both = { ip4: '192.0.2.1', ip6: '2001:db8::1' };

test.each<[IpPreference, { ip4?: string; ip6?: string }, string]>([
  ['ip4', both, '192.0.2.1'],
  ['ip6', both, '2001:db8::1'],
  ['ip4', { ip6: '2001:db8::1' }, '2001:db8::1'],
  ['ip6', { ip4: '192.0.2.1' }, '192.0.2.1'],
  ['ip4_only', both, '192.0.2.1'],
  ['ip6_only', both, '2001:db8::1'],
])('with %s a name with %o becomes %s', async (preference, addresses, expected) => {
  expect(await resolveTarget(attempt(addresses).one, 'shop.example', preference)).toMatchObject({ address: expected });
});

test.each<[IpPreference, string, RegExp]>([
  ['ip4_only', 'six.example', /^six\.example has no IPv4 address$/],
  ['ip4_only', '2001:db8::1', /^2001:db8::1 is no IPv4 address$/],
  ['ip6_only', '192.0.2.1', /^192\.0\.2\.1 is no IPv6 address$/],
])('with %s %s is told to have none', async (preference, host, message) => {
  await expect(resolveTarget(attempt({ ip6: '2001:db8::1' }).one, host, preference)).rejects.toThrow(message);
});

test('a name without any address is told so', async () => {
  await expect(resolveTarget(attempt({}).one, 'shop.example', 'ip4')).rejects.toThrow('shop.example has no address');
});

test('an address is taken as it is, with or without brackets, and tells its family', async () => {
  const { one, learnt } = attempt({});
  expect(await resolveTarget(one, '[2001:db8::1]', 'ip4')).toEqual({ address: '2001:db8::1', family: 6, seconds: 0 });
  expect(Object.assign({}, ...learnt)).toEqual({
    lookup: { seconds: 0 },
    address: { family: 6, hash: hashAddress('2001:db8::1') },
  });
});

test('a refused address is told with the reason, whatever name it had', async () => {
  const { one } = attempt(both, { refuses: (address) => (address === '192.0.2.1' ? 'for a test' : undefined) });
  await expect(resolveTarget(one, 'shop.example', 'ip4')).rejects.toThrow('192.0.2.1 is refused: for a test');
});

test.each([
  // As blackbox_exporter 0.28 told them.
  ['127.0.0.1', 3_668_918_509],
  ['::1', 1_751_717_746],
  ['fe80::1:2:3', 397_038_011],
])('the hash of %s is that of blackbox_exporter', (address, hash) => {
  expect(hashAddress(address)).toBe(hash);
});
