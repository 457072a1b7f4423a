import type { EngineContainer } from '../model/engine-container.ts';
import type { HostSurroundings } from './look-at-host.ts';
import type { NetworkDrivers } from './network-drivers.ts';
import { type ContainerView, type VisibleContainer, visibleContainers } from './visible.ts';

/** What is known of an engine's containers now: it is asked nothing for this. */
export interface KnownContainers {
  /** Those of the view. */
  readonly shown: readonly VisibleContainer[];
  /** Of all of the engine's: undefined while it could not be inspected. */
  readonly find: (id: string) => EngineContainer | undefined;
  readonly has: (id: string) => boolean;
  readonly all: () => Iterable<EngineContainer>;
  /** Whether some are there that could not be inspected. */
  readonly areAllKnown: boolean;
  /** Whether a bridge of the engine is one of its machine: neither in a virtual machine nor in a network of its own. */
  readonly areBridgesLocal: boolean;
  /** Of networks, by id; the same object as long as it says the same. */
  readonly drivers: ReadonlyMap<string, string>;
  readonly askForDrivers: (networkIds: readonly string[]) => void;
}

/** Undefined while the engine is not up. */
export function describeKnown(
  { live, inventory, state }: Pick<HostSurroundings, 'live' | 'inventory' | 'state'>,
  drivers: NetworkDrivers,
  view: ContainerView,
): KnownContainers | undefined {
  const current = live();
  if (current === undefined || state.status().phase !== 'up') return undefined;
  return {
    shown: visibleContainers(inventory.containers(), view, Date.now()),
    find: inventory.find,
    has: inventory.has,
    all: inventory.containers,
    areAllKnown: inventory.unknown() === 0,
    areBridgesLocal: current.connection.hasLocalBridges,
    drivers: drivers.known(),
    askForDrivers: drivers.ask,
  };
}
