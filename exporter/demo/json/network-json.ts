import { rfc3339Nano } from '../clock.ts';
import type { Endpoint, SimulatedContainer } from '../state/container.ts';
import { emptyEndpoint, networkNames } from '../state/endpoints.ts';
import type { EngineState, SimulatedNetwork } from '../state/engine-state.ts';

/** `NetworkSettings.Networks`, in the list and in inspect. */
export function endpointsJson(state: EngineState, container: SimulatedContainer): object {
  return Object.fromEntries(
    networkNames(container).map((name) => {
      // A container that never started does not know its network's id yet.
      const known = container.startedNano === undefined ? '' : (state.networks.get(name)?.id ?? '');
      return [name, endpointJson(container.endpoints.get(name) ?? emptyEndpoint(known))];
    }),
  );
}

/** The address facts that are also found beside `Networks` up to API 1.51, for the default bridge only. */
export function defaultEndpointJson(container: SimulatedContainer): object {
  const endpoint = container.endpoints.get('bridge') ?? emptyEndpoint('');
  return {
    EndpointID: endpoint.address === '' ? '' : endpoint.endpointId,
    Gateway: endpoint.gateway,
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: endpoint.address,
    IPPrefixLen: endpoint.address === '' ? 0 : 16,
    IPv6Gateway: '',
    MacAddress: endpoint.mac,
  };
}

/** One network; `containers` only for a look at that one. */
export function networkJson(
  state: EngineState,
  network: SimulatedNetwork,
  { containers }: { readonly containers: boolean },
): object {
  const attached = containers ? [...state.containers.values()].filter((one) => one.endpoints.has(network.name)) : [];
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339Nano(network.createdNano),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config:
        network.driver === 'bridge'
          ? [{ Subnet: `172.${network.subnet}.0.0/16`, Gateway: `172.${network.subnet}.0.1` }]
          : null,
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(attached.map((one) => [one.id, attachedJson(one, network)])),
    Options: {},
    Labels: network.labels,
  };
}

function endpointJson(endpoint: Endpoint): object {
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: null,
    MacAddress: endpoint.mac,
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: endpoint.networkId,
    EndpointID: endpoint.endpointId,
    Gateway: endpoint.gateway,
    IPAddress: endpoint.address,
    IPPrefixLen: endpoint.address === '' ? 0 : 16,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}

function attachedJson(container: SimulatedContainer, { name }: SimulatedNetwork): object {
  const endpoint = container.endpoints.get(name) ?? emptyEndpoint('');
  return {
    Name: container.name,
    EndpointID: endpoint.endpointId,
    MacAddress: endpoint.mac,
    IPv4Address: endpoint.address === '' ? '' : `${endpoint.address}/16`,
    IPv6Address: '',
  };
}
