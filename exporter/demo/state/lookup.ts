import { ApiError } from '../http/api.ts';
import { networkModeOf, type SimulatedContainer } from './container.ts';
import type { EngineState } from './engine-state.ts';

/** By id, name or a prefix of the id that fits one container only; fails as the engine does. */
export function findContainer(state: EngineState, reference: string): SimulatedContainer {
  const exact = state.containers.get(reference) ?? byName(state, reference.replace(/^\//, ''));
  if (exact) return exact;
  const [first, second] = [...state.containers.values()].filter(({ id }) => id.startsWith(reference));
  if (second) throw new ApiError(400, `Multiple IDs found with provided prefix: ${reference}`);
  if (!first || reference === '') throw new ApiError(404, `No such container: ${reference}`);
  return first;
}

export function byName(state: EngineState, name: string): SimulatedContainer | undefined {
  return [...state.containers.values()].find((container) => container.name === name);
}

/** The container whose network this one shares. */
export function networkOwner(state: EngineState, container: SimulatedContainer): SimulatedContainer | undefined {
  const [kind, owner] = networkModeOf(container).split(':');
  return kind === 'container' && owner !== undefined ? state.containers.get(owner) : undefined;
}
