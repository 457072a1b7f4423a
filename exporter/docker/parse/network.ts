import { z } from 'zod';
import type { AttachedNetwork, ContainerNetwork, ContainerPort, PublishedPort } from '../../model/engine-container.ts';
import { anyKeys } from '../../util/any-keys.ts';

const endpoint = z.object({
  // It becomes part of a path.
  NetworkID: z.string().regex(/^[A-Za-z0-9][\w.-]{0,127}$/),
  IPAddress: z.unknown().optional(),
  GlobalIPv6Address: z.unknown().optional(),
});
const binding = z.object({ HostIp: z.string().default(''), HostPort: z.string().regex(/^\d{1,5}$/) });
const networkAnswer = z.object({ Driver: z.string().min(1).max(128) });
const ipv4 = z.ipv4();
const ipv6 = z.ipv6();
const bindings = z.array(z.unknown());

/**
 * `NetworkSettings` and `Config.ExposedPorts` of an inspect. What is not understood is left out, each by itself: a container
 * without a way in that we know is still a container.
 */
export function parseNetwork(settings: unknown, exposed: unknown): ContainerNetwork {
  const { Networks, Ports } = entriesOf(settings);
  const ports = entriesOf(Ports);
  return {
    networks: Object.entries(entriesOf(Networks)).flatMap(readNetwork).sort(byName),
    published: Object.entries(ports).flatMap(readPublished),
    declared: [...new Set([...Object.keys(entriesOf(exposed)), ...Object.keys(ports)])].flatMap(readPort),
  };
}

/** `GET /networks/{id}`. */
export function parseNetworkDriver(answer: unknown): string {
  return networkAnswer.parse(answer).Driver;
}

function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  return anyKeys.safeParse(value).data ?? {};
}

/** A container that does not run has networks without an address; host and none never give one. */
function readNetwork([name, value]: readonly [string, unknown]): readonly AttachedNetwork[] {
  const { NetworkID: networkId, IPAddress, GlobalIPv6Address } = endpoint.safeParse(value).data ?? {};
  const v4 = ipv4.safeParse(IPAddress).data;
  const v6 = ipv6.safeParse(GlobalIPv6Address).data;
  if (networkId === undefined || (v4 === undefined && v6 === undefined)) return [];
  return [{ name, networkId, ...(v4 !== undefined && { ipv4: v4 }), ...(v6 !== undefined && { ipv6: v6 }) }];
}

function byName(a: AttachedNetwork, b: AttachedNetwork): number {
  return a.name < b.name ? -1 : 1;
}

/** `80/tcp` */
function readPort(key: string): readonly ContainerPort[] {
  const [, digits, protocol = ''] = /^(\d{1,5})\/([a-z]{1,10})$/.exec(key) ?? [];
  const port = Number(digits);
  return isPort(port) ? [{ port, protocol }] : [];
}

/** Null where the port is only declared. */
function readPublished([key, value]: readonly [string, unknown]): readonly PublishedPort[] {
  return readPort(key).flatMap((port) => (bindings.safeParse(value).data ?? []).flatMap((one) => bind(port, one)));
}

/** All of the host's addresses are '' (Podman) or 0.0.0.0, with :: beside it. */
function bind(port: ContainerPort, value: unknown): readonly PublishedPort[] {
  const { HostIp: hostIp = '', HostPort } = binding.safeParse(value).data ?? {};
  const hostPort = Number(HostPort);
  if (!isPort(hostPort)) return [];
  if (hostIp === '' || hostIp === '0.0.0.0') return [{ ...port, hostPort }];
  const isAddress = ipv4.safeParse(hostIp).success || ipv6.safeParse(hostIp).success;
  return isAddress ? [{ ...port, hostIp, hostPort }] : [];
}

/** Not NaN either. */
function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}
