import { describe, expect, test } from 'vitest';
import type { EngineContainer, PublishedPort } from '../../../../exporter/model/engine-container.ts';
import { findWayIn, type Vantage } from '../../../../exporter/probes/labels/way-in.ts';
import { BRIDGE, containerOf, declared, onBridge, SHOP } from './containers.ts';

const host: Vantage = {
  from: 'host',
  areBridgesOurs: true,
  drivers: new Map([
    [BRIDGE, 'bridge'],
    [SHOP, 'overlay'],
  ]),
};
const rootless: Vantage = { ...host, areBridgesOurs: false };
const inside: Vantage = { from: 'container', networkIds: new Set([SHOP]) };
const elsewhere: Vantage = { from: 'elsewhere', host: 'edge-2.example' };

interface Look {
  readonly port?: number;
  readonly defaultPort?: number;
  readonly others?: readonly EngineContainer[];
}
const wayIn = (container: EngineContainer, vantage: Vantage, { port, defaultPort, others = [] }: Look = {}) => {
  const way = findWayIn({
    container,
    vantage,
    port,
    defaultPort,
    find: (id) => others.find((one) => one.id === id),
  });
  return 'place' in way ? `${way.place.host} ${way.place.port}` : way;
};
const NO_WAY = { fault: 'no address of it can be reached from here' };
const published = (...ports: readonly Partial<PublishedPort>[]) => ({
  published: ports.map((port) => ({ port: 8080, protocol: 'tcp', hostPort: 18_080, ...port })),
});
const onShop = { networks: [{ name: 'shop', networkId: SHOP, ipv4: '10.0.1.5' }] };

describe('the address', () => {
  test('is that on a bridge for who is on the host', () => {
    expect(wayIn(containerOf(), host)).toBe('172.17.0.2 8080');
  });

  test('is that on a network of ours for who is in a container of the engine', () => {
    expect(
      wayIn(
        containerOf({ network: { networks: [...onBridge.networks, ...onShop.networks], ...declared(80) } }),
        inside,
      ),
    ).toBe('10.0.1.5 80');
    expect(wayIn(containerOf(), inside)).toEqual(NO_WAY);
  });

  test('is the published one where no network is shared', () => {
    const container = containerOf({ network: { ...onShop, ...published({}) } });
    expect(wayIn(container, host)).toBe('127.0.0.1 18080');
    expect(wayIn(container, elsewhere)).toBe('edge-2.example 18080');
    expect(wayIn(containerOf({ network: { ...onBridge, ...published({}) } }), rootless)).toBe('127.0.0.1 18080');
  });

  test('is never 127.0.0.1 for who is in a container: that would be itself', () => {
    expect(wayIn(containerOf({ network: { ...onBridge, ...published({}) } }), inside)).toEqual(NO_WAY);
  });

  test("is that of the host that the port is bound to, from elsewhere only if it is the URL's", () => {
    const bound = (hostIp: string) => containerOf({ network: { ...onShop, ...published({ hostIp }) } });
    expect(wayIn(bound('127.0.0.1'), host)).toBe('127.0.0.1 18080');
    expect(wayIn(bound('192.0.2.7'), host)).toBe('192.0.2.7 18080');
    expect(wayIn(bound('::'), host)).toBe('::1 18080');
    expect(wayIn(bound('127.0.0.1'), elsewhere)).toEqual(NO_WAY);
    expect(wayIn(bound('127.0.0.1'), { from: 'elsewhere', host: '127.0.0.1' })).toEqual(NO_WAY);
    expect(wayIn(bound('192.0.2.7'), elsewhere)).toEqual(NO_WAY);
    expect(wayIn(bound('192.0.2.7'), { from: 'elsewhere', host: '192.0.2.7' })).toBe('192.0.2.7 18080');
  });

  test('is IPv6 only where there is no IPv4', () => {
    const network = { name: 'bridge', networkId: BRIDGE, ipv6: 'fd00::2' };
    expect(wayIn(containerOf({ network: { networks: [network], ...declared(80) } }), host)).toBe('fd00::2 80');
    expect(
      wayIn(containerOf({ network: { networks: [{ ...network, ipv4: '10.0.0.2' }], ...declared(80) } }), host),
    ).toBe('10.0.0.2 80');
  });

  test.each(['127.0.0.1', '169.254.169.254', '0.0.0.0', '224.0.0.1', '255.255.255.255'])(
    'is never %s, whatever an engine says',
    (ipv4) => {
      expect(
        wayIn(
          containerOf({ network: { networks: [{ name: 'bridge', networkId: BRIDGE, ipv4 }], ...declared(80) } }),
          host,
        ),
      ).toEqual(NO_WAY);
    },
  );

  test.each(['::1', '::ffff:7f00:1', '::ffff:127.0.0.1', 'fe80::1', 'ff02::1', '::'])(
    'is never %s, whatever an engine says',
    (ipv6) => {
      expect(
        wayIn(
          containerOf({ network: { networks: [{ name: 'bridge', networkId: BRIDGE, ipv6 }], ...declared(80) } }),
          host,
        ),
      ).toEqual(NO_WAY);
    },
  );

  test('waits until the engine told what makes the network', () => {
    const unknown = { networks: [{ name: 'new', networkId: 'd'.repeat(64), ipv4: '10.9.0.2' }] };
    expect(wayIn(containerOf({ network: { ...unknown, ...published({}) } }), host)).toEqual({
      unknownNetworks: ['d'.repeat(64)],
    });
    // One that is known is enough.
    expect(
      wayIn(containerOf({ network: { networks: [...unknown.networks, ...onBridge.networks], ...declared(80) } }), host),
    ).toBe('172.17.0.2 80');
  });
});

describe('the port', () => {
  test('is the one that labels say, else the only one of TCP, else that of the kind', () => {
    expect(wayIn(containerOf(), host, { port: 9 })).toBe('172.17.0.2 9');
    expect(
      wayIn(
        containerOf({
          network: {
            ...onBridge,
            declared: [
              { port: 80, protocol: 'tcp' },
              { port: 53, protocol: 'udp' },
            ],
          },
        }),
        host,
        { defaultPort: 9 },
      ),
    ).toBe('172.17.0.2 80');
    expect(wayIn(containerOf({ network: { ...onBridge, ...declared(80, 81) } }), host, { defaultPort: 9 })).toBe(
      '172.17.0.2 9',
    );
    expect(wayIn(containerOf({ network: onBridge }), host, { defaultPort: 9 })).toBe('172.17.0.2 9');
  });

  test('is a fault where nothing says it', () => {
    const fault = { fault: 'no port is known: expected the option port' };
    expect(wayIn(containerOf({ network: onBridge }), host)).toEqual(fault);
    expect(wayIn(containerOf({ network: { ...onBridge, ...declared(80, 81) } }), host)).toEqual(fault);
  });

  test('of UDP is no way in for TCP', () => {
    expect(
      wayIn(containerOf({ network: { ...onShop, ...published({ protocol: 'udp' }) } }), host, { port: 8080 }),
    ).toEqual(NO_WAY);
  });
});

describe('R58: without a network of its own', () => {
  const NOT_DECLARED = { fault: 'its network is not its own, and its owner declares no such port' };
  const hostnet = containerOf({ mode: 'host', network: declared(9001) });

  test("on the host's only a declared port is asked", () => {
    expect(wayIn(hostnet, host)).toBe('127.0.0.1 9001');
    expect(wayIn(hostnet, elsewhere)).toBe('edge-2.example 9001');
    expect(wayIn(hostnet, inside)).toEqual(NO_WAY);
    expect(wayIn(hostnet, host, { port: 22 })).toEqual(NOT_DECLARED);
    expect(wayIn(containerOf({ mode: 'host', network: {} }), host, { defaultPort: 5432 })).toEqual(NOT_DECLARED);
  });

  const sidecar = containerOf({ id: 'e', mode: `container:${'a'.repeat(64)}`, network: declared(22) });

  test("on another's only what its owner declares or publishes is asked, at the owner's address", () => {
    const others = [containerOf({ network: { ...onBridge, ...declared(80), ...published({ port: 81 }) } })];
    expect(wayIn(sidecar, host, { port: 80, others })).toBe('172.17.0.2 80');
    expect(wayIn(sidecar, host, { port: 81, others })).toBe('172.17.0.2 81');
    expect(wayIn(sidecar, host, { port: 22, others })).toEqual(NOT_DECLARED);
  });

  test("on that of one on the host's likewise", () => {
    expect(wayIn(sidecar, host, { port: 9001, others: [hostnet] })).toBe('127.0.0.1 9001');
    expect(wayIn(sidecar, host, { port: 22, others: [hostnet] })).toEqual(NOT_DECLARED);
  });

  test('nothing is asked while the owner is not known or does not run', () => {
    expect(wayIn(sidecar, host, { port: 80 })).toEqual({ unknownNetworks: [] });
    expect(wayIn(sidecar, host, { port: 80, others: [containerOf({ state: 'exited' })] })).toEqual({
      unknownNetworks: [],
    });
  });

  test('one whose owner has none either, or that has none at all, has no way in', () => {
    const chained = containerOf({ mode: `container:${'f'.repeat(64)}`, network: declared(80) });
    expect(wayIn(sidecar, host, { port: 80, others: [chained] })).toEqual(NO_WAY);
    expect(wayIn(containerOf({ mode: 'none', network: declared(80) }), host)).toEqual(NO_WAY);
  });
});
