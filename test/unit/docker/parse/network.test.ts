import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHasLocalBridges } from '../../../../exporter/docker/parse/engine.ts';
import { parseInspect } from '../../../../exporter/docker/parse/inspect.ts';
import { parseNetwork, parseNetworkDriver } from '../../../../exporter/docker/parse/network.ts';
import { RECORDED_ENGINES, recordedInspect, recordedJson } from '../recordings.ts';

const networkOf = (engine: string, name: string) => parseInspect(recordedJson(engine, `${name}.json`)).network;
const anId = expect.stringMatching(/^[0-9a-f]{64}$/) as unknown;

describe.each(['ports-28.5', 'ports-20.10'])('the network of a container of %s', (engine) => {
  test('has its address, what is declared and where that is published', () => {
    expect(networkOf(engine, 'published')).toEqual({
      networks: [{ name: 'bridge', networkId: anId, ipv4: '172.17.0.2' }],
      published: [
        { port: 443, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8443 },
        { port: 70, protocol: 'tcp', hostIp: '127.0.0.2', hostPort: 32_768 },
        { port: 80, protocol: 'tcp', hostPort: 8080 },
        { port: 80, protocol: 'tcp', hostIp: '::', hostPort: 8080 },
      ],
      declared: [
        { port: 443, protocol: 'tcp' },
        { port: 53, protocol: 'udp' },
        { port: 70, protocol: 'tcp' },
        { port: 80, protocol: 'tcp' },
        { port: 9000, protocol: 'tcp' },
      ],
    });
  });

  test('has both its addresses where it has two', () => {
    const v6 = { name: 'v6net', networkId: anId, ipv4: '172.30.0.2', ipv6: 'fd00:7::2' };
    expect(networkOf(engine, 'sixed').networks).toEqual([v6]);
  });

  test('is a list by name where it is on several', () => {
    expect(networkOf(engine, 'twoish').networks.map(({ name, ipv4 }) => [name, ipv4])).toEqual([
      ['bridge', '172.17.0.3'],
      ['plain', '172.18.0.2'],
    ]);
  });

  test("is none in the host's, but for what is declared", () => {
    expect(networkOf(engine, 'declared')).toEqual({
      networks: [],
      published: [],
      declared: [{ port: 8080, protocol: 'tcp' }],
    });
  });
});

test("of Podman 4.3 a network's id is its name, and all addresses are an empty text", () => {
  expect(networkOf('ports-podman-4.3', 'published')).toMatchObject({
    networks: [{ name: 'podman', networkId: 'podman', ipv4: '10.88.0.2' }],
    published: [
      { port: 443, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8443 },
      { port: 80, protocol: 'tcp', hostPort: 8080 },
    ],
  });
  expect(networkOf('ports-podman-4.3', 'hostnet')).toEqual({ networks: [], published: [], declared: [] });
});

test.each(RECORDED_ENGINES)('what does not run, or has no network of its own, has no address on %s', (engine) => {
  for (const name of ['exit0', 'never-started', 'looper', 'hostnet', 'nonet', 'sidecar']) {
    expect(parseInspect(recordedInspect(engine, name)).network.networks).toEqual([]);
  }
});

test('what is not understood is left out, and the rest stays', () => {
  const Networks = {
    good: { NetworkID: 'a'.repeat(64), IPAddress: '10.0.0.2', GlobalIPv6Address: '' },
    path: { NetworkID: '../info', IPAddress: '10.0.0.3' },
    name: { NetworkID: 'b'.repeat(64), IPAddress: 'evil.example' },
    text: 'oops',
  };
  const Ports = {
    '80/tcp': [{ HostIp: 'evil.example', HostPort: '80' }, { HostPort: '81' }, 7],
    'x/tcp': [],
    '99999/tcp': null,
  };
  expect(parseNetwork({ Networks, Ports }, { '0/tcp': {}, '8080/tcp': {} })).toEqual({
    networks: [{ name: 'good', networkId: 'a'.repeat(64), ipv4: '10.0.0.2' }],
    published: [{ port: 80, protocol: 'tcp', hostPort: 81 }],
    declared: [
      { port: 8080, protocol: 'tcp' },
      { port: 80, protocol: 'tcp' },
    ],
  });
});

test('whatever an engine writes there, it is no fault of the container', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.record({ Networks: fc.jsonValue(), Ports: fc.jsonValue() }));
  fc.assert(
    fc.property(anything, fc.jsonValue(), (settings, exposed) => {
      const { networks, published, declared } = parseNetwork(settings, exposed);
      return [networks, published, declared].every(Array.isArray);
    }),
  );
});

test.each(RECORDED_ENGINES)('the driver of a network of %s is what makes it', (engine) => {
  // Every recorded list has one.
  const networks = recordedJson(engine, 'networks.json') as readonly { readonly Name: string }[];
  const drivers = networks.map((network) => [network.Name, parseNetworkDriver(network)]);
  expect(new Map(drivers as [string, string][])).toEqual(
    new Map([
      ['bridge', 'bridge'],
      ['host', 'host'],
      ['none', 'null'],
      ['shopnet', 'bridge'],
    ]),
  );
});

test('bridges are those of the machine, unless the engine is rootless or Docker Desktop', () => {
  expect(parseHasLocalBridges({ SecurityOptions: ['name=seccomp,profile=builtin'] })).toBe(true);
  expect(parseHasLocalBridges({ SecurityOptions: null })).toBe(true);
  expect(parseHasLocalBridges({ SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'] })).toBe(false);
  expect(parseHasLocalBridges({ OperatingSystem: 'Docker Desktop' })).toBe(false);
});
