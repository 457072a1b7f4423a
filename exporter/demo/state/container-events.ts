import { DEFAULT_IMAGE, type SimulatedContainer } from './container.ts';
import type { EngineState } from './engine-state.ts';

/** The engine copies the labels over what it says itself: a label named exitCode spoofs the exit code. */
export function emitContainerEvent(
  state: EngineState,
  {
    container,
    action,
    attributes = {},
  }: {
    readonly container: SimulatedContainer;
    readonly action: string;
    readonly attributes?: Readonly<Record<string, string>>;
  },
): void {
  state.events.emit({
    type: 'container',
    action,
    actorId: container.id,
    attributes: {
      ...attributes,
      ...container.spec.labels,
      image: container.spec.image ?? DEFAULT_IMAGE,
      name: container.name,
    },
  });
}

export function emitNetworkEvents(state: EngineState, container: SimulatedContainer, action: string): void {
  for (const name of container.endpoints.keys()) {
    const network = state.networks.get(name);
    if (!network) continue;
    const attributes = { container: container.id, name, type: network.driver };
    state.events.emit({ type: 'network', action, actorId: network.id, attributes });
  }
}

export function emitVolumeEvents(state: EngineState, container: SimulatedContainer, action: 'mount' | 'unmount'): void {
  for (const [name, destination] of Object.entries(container.spec.volumes ?? {})) {
    const mounted = action === 'mount' ? { destination, propagation: '', 'read/write': 'true' } : {};
    const attributes = { container: container.id, driver: 'local', ...mounted };
    state.events.emit({ type: 'volume', action, actorId: name, attributes });
  }
}
