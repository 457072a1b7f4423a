import { hashOf } from '../ids.ts';
import { type Endpoint, networkModeOf, type SimulatedContainer } from './container.ts';
import { type EngineState, ensureNetwork, type SimulatedNetwork } from './engine-state.ts';

/** The names of the networks that a container is attached to, host and none included. */
export function networkNames(container: SimulatedContainer): readonly string[] {
  return networkModeOf(container).startsWith('container:') ? [] : (container.spec.networks ?? ['bridge']);
}

/** Fresh endpoints for a start, in the order of the interfaces. */
export function connect(state: EngineState, container: SimulatedContainer): ReadonlyMap<string, Endpoint> {
  return new Map(
    networkNames(container).map((name) => {
      const network = ensureNetwork(state, name);
      return [name, endpointIn(state, network, container)];
    }),
  );
}

/** An endpoint as an ended container has it. */
export function emptyEndpoint(networkId: string): Endpoint {
  return { networkId, endpointId: '', address: '', gateway: '', mac: '' };
}

function endpointIn(state: EngineState, network: SimulatedNetwork, container: SimulatedContainer): Endpoint {
  const endpointId = hashOf(`${container.id} ${network.id} ${container.startedNano ?? 0n}`);
  if (network.driver !== 'bridge') return { ...emptyEndpoint(network.id), endpointId };
  const taken = new Set([...state.containers.values()].map(({ endpoints }) => endpoints.get(network.name)?.address));
  let host = 2;
  while (taken.has(addressOf(network, host))) host += 1;
  const mac = [0x02, 0x42, 0xac, network.subnet, host >> 8, host & 255];
  return {
    networkId: network.id,
    endpointId,
    address: addressOf(network, host),
    gateway: addressOf(network, 1),
    mac: mac.map((byte) => byte.toString(16).padStart(2, '0')).join(':'),
  };
}

function addressOf({ subnet }: SimulatedNetwork, host: number): string {
  // Past 172.255 the engine goes on with 192.168; a simulated one has room in 10.
  return subnet < 256 ? `172.${subnet}.${host >> 8}.${host & 255}` : `10.${subnet & 255}.${host >> 8}.${host & 255}`;
}
