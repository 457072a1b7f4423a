import type { KnownContainers } from '../../docker/known-containers.ts';
import type { EngineContainer } from '../../model/engine-container.ts';
import type { OwnContainer } from './own-container.ts';
import { networkOwner, type Vantage } from './way-in.ts';

export interface VantageOptions {
  /** Of the engine. */
  readonly url: string;
  readonly own: OwnContainer;
}

/**
 * From where an engine's containers are seen; undefined until that is known. The same object as long as it says the same, so
 * that what was made of it stays.
 */
export function createVantage({ url, own }: VantageOptions): (known: KnownContainers) => Vantage | undefined {
  let inside: { readonly network: object; readonly vantage: Vantage } | undefined;
  let host: Extract<Vantage, { from: 'host' }> | undefined;
  const elsewhere: Vantage | undefined = url.startsWith('unix:') ? undefined : { from: 'elsewhere', host: hostIn(url) };
  const fromHost = ({ areBridgesLocal: areBridgesOurs, drivers }: KnownContainers): Vantage => {
    if (host?.drivers !== drivers || host.areBridgesOurs !== areBridgesOurs) {
      host = { from: 'host', areBridgesOurs, drivers };
    }
    return host;
  };
  const fromContainer = ({ network }: EngineContainer): Vantage => {
    if (inside?.network !== network) {
      const networkIds = new Set(network.networks.map(({ networkId }) => networkId));
      inside = { network, vantage: { from: 'container', networkIds } };
    }
    return inside.vantage;
  };
  return (known) => {
    const id = own.idAmong(known);
    if (id === undefined) return elsewhere ?? fromHost(known);
    const self = known.find(id);
    const container = self && networkOwner(self, known.find);
    if (container === undefined) return undefined;
    // In the host's network its bridges are ours, by whatever way the engine is asked.
    return container.description.networkMode === 'host' ? fromHost(known) : fromContainer(container);
  };
}

function hostIn(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}
