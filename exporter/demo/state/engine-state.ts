import type { Clock } from '../clock.ts';
import type { Flavour } from '../flavour.ts';
import { hashOf, type Ids } from '../ids.ts';
import type { SimulatedContainer } from './container.ts';
import type { EventLog } from './events.ts';

/** Everything the engine knows. */
export interface EngineState {
  readonly flavour: Flavour;
  readonly host: Host;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly events: EventLog;
  /** By id, oldest first. */
  readonly containers: Map<string, SimulatedContainer>;
  /** By id. */
  readonly images: Map<string, SimulatedImage>;
  /** By name. */
  readonly networks: Map<string, SimulatedNetwork>;
  /** By name. */
  readonly volumes: Map<string, SimulatedVolume>;
}

export interface Host {
  readonly name: string;
  readonly engineId: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** When the machine started, before the engine's clock. */
  readonly upSecondsBefore: number;
}

export interface SimulatedImage {
  readonly id: string;
  readonly createdNano: bigint;
  readonly sizeBytes: number;
  /** An image whose tag moved on has none. */
  readonly tags: readonly string[];
}

export interface SimulatedNetwork {
  readonly name: string;
  readonly id: string;
  readonly driver: 'bridge' | 'host' | 'null';
  readonly createdNano: bigint;
  /** 17 of 172.17.0.0/16. */
  readonly subnet: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SimulatedVolume {
  readonly name: string;
  readonly createdNano: bigint;
  readonly sizeBytes: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** The networks that every engine has. */
export function addBuiltInNetworks(state: EngineState): void {
  const createdNano = state.clock.nowNano();
  for (const [name, driver, subnet] of [
    ['bridge', 'bridge', 17],
    ['host', 'host', 0],
    ['none', 'null', 0],
  ] as const) {
    state.networks.set(name, { name, id: state.ids(), driver, createdNano, subnet, labels: {} });
  }
}

/** The network of that name, made if there is none. */
export function ensureNetwork(
  state: EngineState,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): SimulatedNetwork {
  const known = state.networks.get(name);
  if (known) return known;
  const subnet = 15 + state.networks.size;
  const network = {
    name,
    id: state.ids(),
    driver: 'bridge',
    createdNano: state.clock.nowNano(),
    subnet,
    labels,
  } as const;
  state.networks.set(name, network);
  state.events.emit({ type: 'network', action: 'create', actorId: network.id, attributes: { name, type: 'bridge' } });
  return network;
}

/** The volume of that name, made if there is none. */
export function ensureVolume(
  state: EngineState,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): SimulatedVolume {
  const known = state.volumes.get(name);
  if (known) return known;
  const sizeBytes = Number.parseInt(hashOf(name).slice(0, 7), 16);
  const volume = { name, createdNano: state.clock.nowNano(), sizeBytes, labels };
  state.volumes.set(name, volume);
  state.events.emit({ type: 'volume', action: 'create', actorId: name, attributes: { driver: 'local' } });
  return volume;
}

/** The image that the reference stands for, or undefined. */
export function findImage(state: EngineState, reference: string): SimulatedImage | undefined {
  const tag = withTag(reference);
  const images = [...state.images.values()];
  const hex = reference.replace(/^sha256:/, '');
  return (
    images.find(({ tags }) => tags.includes(tag)) ??
    (/^[0-9a-f]{4,64}$/.test(hex) ? images.find(({ id }) => id.startsWith(`sha256:${hex}`)) : undefined)
  );
}

/** A new image under the tag, as after a pull; one that had the tag loses it. */
export function pullImage(state: EngineState, reference: string): SimulatedImage {
  const tag = withTag(reference);
  const before = findImage(state, tag);
  if (before) state.images.set(before.id, { ...before, tags: before.tags.filter((other) => other !== tag) });
  const id = `sha256:${state.ids()}`;
  const sizeBytes = 5_000_000 + Number.parseInt(hashOf(tag).slice(0, 7), 16);
  const image = { id, createdNano: state.clock.nowNano(), sizeBytes, tags: [tag] };
  state.images.set(id, image);
  state.events.emit({ type: 'image', action: 'pull', actorId: tag, attributes: { name: tag.replace(/:[^:/]*$/, '') } });
  return image;
}

/** Removes the images that no container uses. */
export function pruneImages(state: EngineState): void {
  const used = new Set([...state.containers.values()].map(({ imageId }) => imageId));
  for (const { id } of [...state.images.values()].filter((image) => !used.has(image.id))) {
    state.images.delete(id);
    state.events.emit({ type: 'image', action: 'delete', actorId: id, attributes: { name: id } });
  }
}

export function withTag(reference: string): string {
  return /:[^/]*$/.test(reference) ? reference : `${reference}:latest`;
}
