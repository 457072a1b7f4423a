import { BlockList, isIP } from 'node:net';
import type { ContainerNetwork, EngineContainer, PublishedPort } from '../../model/engine-container.ts';

/** From where we look at the containers of an engine, which decides what of them can be reached. */
export type Vantage =
  /** In a container of that engine: what is on one of its networks. */
  | { readonly from: 'container'; readonly networkIds: ReadonlySet<string> }
  /** On the engine's own host: published ports, and addresses on its bridges. */
  | { readonly from: 'host'; readonly areBridgesOurs: boolean; readonly drivers: ReadonlyMap<string, string> }
  /** Elsewhere: ports that are published to all. */
  | { readonly from: 'elsewhere'; readonly host: string };

/** Whom a probe connects to. */
export interface Place {
  /** An address; of a remote engine what its URL says, which may be a name. */
  readonly host: string;
  readonly port: number;
}

export interface WayInOptions {
  readonly container: EngineContainer;
  /** Another container of the same engine, by id. */
  readonly find: (id: string) => EngineContainer | undefined;
  readonly vantage: Vantage;
  /** The container's own, if labels say one. */
  readonly port: number | undefined;
  /** If nothing says one. */
  readonly defaultPort: number | undefined;
}

export type WayIn =
  | { readonly place: Place }
  | { readonly fault: string }
  /** It will be known soon: what was not asked yet, of these networks. */
  | { readonly unknownNetworks: readonly string[] };

/**
 * Where a container's port is reached. A container without a network of its own is reached only where its ports were published
 * or declared: else its labels would lead to other ports of whose network it is (R58).
 */
export function findWayIn({ container, find, vantage, port: wanted, defaultPort }: WayInOptions): WayIn {
  const owner = networkOwner(container, find);
  // Not inspected yet, or about to end with its owner.
  if (owner?.facts.state !== 'running') return { unknownNetworks: [] };
  const ports = portsOf(owner.network);
  const port = wanted ?? (ports.length === 1 ? ports[0] : defaultPort);
  if (port === undefined) return { fault: 'no port is known: expected the option port' };
  const isOthers = owner !== container || modeOf(owner) === 'host';
  if (isOthers && !ports.includes(port))
    return { fault: 'its network is not its own, and its owner declares no such port' };
  return reach(owner, port, vantage);
}

const SHARED = 'container:';

/** Itself, or whose network it shares. */
export function networkOwner(container: EngineContainer, find: WayInOptions['find']): EngineContainer | undefined {
  const mode = modeOf(container);
  return mode.startsWith(SHARED) ? find(mode.slice(SHARED.length)) : container;
}

function modeOf({ description }: EngineContainer): string {
  return description.networkMode ?? '';
}

/** Of TCP, without what comes twice. */
function portsOf({ declared, published }: ContainerNetwork): readonly number[] {
  const tcp = [...declared, ...published].filter(({ protocol }) => protocol === 'tcp');
  return [...new Set(tcp.map(({ port }) => port))];
}

const NO_WAY = { fault: 'no address of it can be reached from here' };

function reach(owner: EngineContainer, port: number, vantage: Vantage): WayIn {
  if (modeOf(owner) === 'host') return reachHost(port, vantage);
  const { shared, unknown } = sharedNetworks(owner.network, vantage);
  const host = shared.map(({ ipv4, ipv6 }) => ipv4 ?? ipv6).find(isOrdinary);
  if (host !== undefined) return { place: { host, port } };
  if (unknown.length > 0) return { unknownNetworks: unknown };
  const published = owner.network.published.filter((one) => one.protocol === 'tcp' && one.port === port);
  const place = publishedPlaces(published, vantage)[0];
  return place === undefined ? NO_WAY : { place };
}

/** A port of the host's own network. */
function reachHost(port: number, vantage: Vantage): WayIn {
  switch (vantage.from) {
    case 'container':
      return NO_WAY;
    case 'host':
      return { place: { host: '127.0.0.1', port } };
    case 'elsewhere':
      return { place: { host: vantage.host, port } };
  }
}

function sharedNetworks({ networks }: ContainerNetwork, vantage: Vantage) {
  switch (vantage.from) {
    case 'container':
      return { shared: networks.filter(({ networkId }) => vantage.networkIds.has(networkId)), unknown: [] };
    case 'host': {
      if (!vantage.areBridgesOurs) return { shared: [], unknown: [] };
      const driverOf = ({ networkId }: (typeof networks)[number]) => vantage.drivers.get(networkId);
      const unknown = networks.filter((network) => driverOf(network) === undefined);
      // macvlan, ipvlan and overlay keep the host itself out.
      return {
        shared: networks.filter((network) => driverOf(network) === 'bridge'),
        unknown: unknown.map(({ networkId }) => networkId),
      };
    }
    case 'elsewhere':
      return { shared: [], unknown: [] };
  }
}

/** Neither loopback nor this host, link-local with its metadata services or multicast: no container has one of these. */
const SPECIAL = {
  ipv4: blockList('ipv4', ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3']),
  // A list of its own: of an IPv4 address, ::ffff:0:0/96 is said to be true too.
  ipv6: blockList('ipv6', ['::/127', '::ffff:0:0/96', 'fe80::/10', 'ff00::/8']),
};

function blockList(family: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isOrdinary(address: string | undefined): address is string {
  if (address === undefined || isIP(address) === 0) return false;
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  return !SPECIAL[family].check(address, family);
}

/** The best first: IPv4, and what is bound to all addresses. */
function publishedPlaces(published: readonly PublishedPort[], vantage: Vantage): readonly Place[] {
  const rank = ({ hostIp }: PublishedPort) => (hostIp === undefined ? 0 : isIP(hostIp));
  return published
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((port) => {
      const host = hostOf(port, vantage);
      return host === undefined ? [] : [{ host, port: port.hostPort }];
    });
}

function hostOf({ hostIp }: PublishedPort, vantage: Vantage): string | undefined {
  switch (vantage.from) {
    case 'container':
      // 127.0.0.1 would be our own container.
      return undefined;
    case 'host':
      if (hostIp === undefined) return '127.0.0.1';
      return hostIp === '::' ? '::1' : hostIp;
    case 'elsewhere': {
      const isForAll = hostIp === undefined || hostIp === '::';
      // Bound to one address of its host, it may not be bound to that of the URL; loopback at the end of a tunnel is not ours.
      return isForAll || (hostIp === vantage.host && isOrdinary(hostIp)) ? vantage.host : undefined;
    }
  }
}
