import type { ContainerIdentity, ContainerSnapshot, ContainerState } from '../model/container.ts';
import type { ContainerDescription, EngineContainer } from '../model/engine-container.ts';
import type { Labels } from '../model/labels.ts';
import type { Identify } from './identify.ts';
import type { TakenSample } from './take-samples.ts';

/** Which of an engine's containers are shown, and as what. */
export interface ContainerView {
  readonly identify: Identify;
  /** Younger ones are not shown yet. */
  readonly minAgeSeconds: number;
  /** What is to run by configuration, by its name or `project/service`, with the labels that it is told under. */
  readonly expected: ReadonlyMap<string, Labels>;
}

export interface VisibleContainer {
  readonly identity: ContainerIdentity;
  readonly container: EngineContainer;
}

/** The containers that are shown, by name. No name comes twice: of two, the newer container has it. */
export function visibleContainers(
  containers: Iterable<EngineContainer>,
  { identify, minAgeSeconds }: ContainerView,
  /** The engine's clock, by which containers have their age. */
  nowMs: number,
): readonly VisibleContainer[] {
  const byName = new Map<string, VisibleContainer>();
  for (const container of containers) {
    const { createdSeconds = 0 } = container.facts;
    if (minAgeSeconds > 0 && nowMs / 1000 - createdSeconds < minAgeSeconds) continue;
    const identity = identify(container);
    if (identity === undefined) continue;
    const other = byName.get(identity.name);
    if (other === undefined || createdSeconds >= (other.container.facts.createdSeconds ?? 0)) {
      byName.set(identity.name, { identity, container });
    }
  }
  return [...byName.values()].sort((a, b) => (a.identity.name < b.identity.name ? -1 : 1));
}

/** Whether the engine can have counters of it: all others answer zeros (trap 1). */
export function hasCounters({ facts: { state } }: EngineContainer): boolean {
  return state === 'running' || state === 'paused';
}

export function snapshotContainer(
  { identity, container }: VisibleContainer,
  taken: TakenSample | undefined,
): ContainerSnapshot {
  const { description, facts } = container;
  if (taken === undefined) return { identity, facts };
  if (hasOwnNetwork(description)) return { identity, facts, ...taken };
  const { networks: _others, ...own } = taken.sample;
  return { identity, facts, ...taken, sample: own };
}

/**
 * Another container's namespace is told once, there (trap 9); of the host's, and of none, Podman tells an interface
 * without traffic.
 */
export function hasOwnNetwork({ networkMode = '' }: ContainerDescription): boolean {
  return networkMode !== 'host' && networkMode !== 'none' && !networkMode.startsWith('container:');
}

export function countStates(containers: Iterable<EngineContainer>): Readonly<Record<ContainerState, number>> {
  const counts = { created: 0, running: 0, paused: 0, restarting: 0, removing: 0, exited: 0, dead: 0 };
  for (const { facts } of containers) counts[facts.state]++;
  return counts;
}
