import type { KnownContainers } from '../../../../exporter/docker/known-containers.ts';
import type { VisibleContainer } from '../../../../exporter/docker/visible.ts';
import type { ContainerState } from '../../../../exporter/model/container.ts';
import type { ContainerNetwork, EngineContainer } from '../../../../exporter/model/engine-container.ts';
import { viewOf } from '../../docker/host-bed.ts';

export const BRIDGE = 'b'.repeat(64);
export const SHOP = 'c'.repeat(64);

export interface Given {
  readonly name?: string;
  readonly id?: string;
  readonly state?: ContainerState;
  readonly mode?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly network?: Partial<ContainerNetwork>;
}

export const onBridge = { networks: [{ name: 'bridge', networkId: BRIDGE, ipv4: '172.17.0.2' }] };
export const declared = (...ports: readonly number[]) => ({
  declared: ports.map((port) => ({ port, protocol: 'tcp' })),
});

/** One that runs, on the default bridge. */
export function containerOf({
  name = 'web',
  id = 'a',
  state = 'running',
  mode,
  labels = {},
  network,
}: Given = {}): EngineContainer {
  return {
    id: id.repeat(64),
    description: {
      name,
      labels,
      image: 'app',
      hasHealthcheck: false,
      ...(mode !== undefined && { networkMode: mode }),
    },
    facts: { state, limits: {} },
    network: { networks: [], published: [], declared: [], ...(network ?? { ...onBridge, ...declared(8080) }) },
    hasOomKilled: false,
  };
}

/** Labels of probes. */
export const probe = (labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [`harborlight.probe.${key}`, value]));

const { identify } = viewOf();

function shownOf(container: EngineContainer): VisibleContainer {
  const identity = identify(container);
  if (identity === undefined) throw new Error('a container without a name');
  return { identity, container };
}

export interface Engine extends KnownContainers {
  /** Network ids that were asked about. */
  readonly asked: readonly string[];
}

/** What a host knows of these containers. */
export function engineOf(
  containers: readonly EngineContainer[],
  {
    drivers = new Map([
      [BRIDGE, 'bridge'],
      [SHOP, 'bridge'],
    ]),
    areBridgesLocal = true,
  }: Partial<Pick<KnownContainers, 'drivers' | 'areBridgesLocal'>> = {},
): Engine {
  const asked: string[] = [];
  return {
    shown: containers.map(shownOf),
    find: (id) => containers.find((one) => one.id === id),
    has: (id) => containers.some((one) => one.id === id),
    all: () => containers,
    areAllKnown: true,
    areBridgesLocal,
    drivers,
    askForDrivers: (ids) => asked.push(...ids),
    asked,
  };
}
