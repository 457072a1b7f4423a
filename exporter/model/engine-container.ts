import type { ContainerFacts } from './container.ts';

/**
 * What an engine's inspect says of one container, before filters and names of ours.
 * `description` is the same object until something in it changes (R43).
 */
export interface EngineContainer {
  readonly id: string;
  readonly description: ContainerDescription;
  readonly facts: ContainerFacts;
}

/** What changes by a rename or a recreate only. */
export interface ContainerDescription {
  /** Without the engine's leading slash; absent for a dead container that has none (trap 13). */
  readonly name?: string;
  /** All of them: nothing but the allowlist may leave the process. */
  readonly labels: Readonly<Record<string, string>>;
  /** As configured, never the digest that a list shows once the tag has moved on. */
  readonly image: string;
  readonly imageId?: string;
  readonly restartPolicy?: string;
  readonly networkMode?: string;
  readonly hasHealthcheck: boolean;
}
