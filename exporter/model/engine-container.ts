import type { ContainerFacts } from './container.ts';

/**
 * What an engine's inspect says of one container, before filters and names of ours.
 * `description` is the same object until something in it changes (R43).
 */
export interface EngineContainer {
  readonly id: string;
  readonly description: ContainerDescription;
  readonly facts: ContainerFacts;
  /** The same object until something in it changes, by a restart or by `network connect` too. */
  readonly network: ContainerNetwork;
  /** Of its first process, in the engine's process namespace; absent while it does not run. */
  readonly pid?: number;
  /** Of any process of its last run, not necessarily of the one that ended it; false again after a start (trap 5). */
  readonly hasOomKilled: boolean;
  /** Podman's state between an end and what the restart policy makes of it; absent in any other. */
  readonly isUndecided?: true;
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
  /** Restarts after which an on-failure policy gives up; absent without a limit. */
  readonly maximumRestarts?: number;
  /** Number of the signal that asks it to stop; absent for the engine's default, 15. */
  readonly stopSignal?: number;
  /** Until it is killed after that; absent for the engine's default, 10. */
  readonly stopTimeoutSeconds?: number;
  /** `--rm`: the engine removes it when it ends. Absent while only events told of it. */
  readonly isAutoRemoved?: boolean;
}

/** The ways in to a container: all empty while it does not run, and where it has a network of somebody else's. */
export interface ContainerNetwork {
  /** By name. */
  readonly networks: readonly AttachedNetwork[];
  readonly published: readonly PublishedPort[];
  /** By `EXPOSE`, `--expose` or a publication, whether or not anybody listens. */
  readonly declared: readonly ContainerPort[];
}

/** A network that gave it an address. */
export interface AttachedNetwork {
  readonly name: string;
  /** 64 hex characters; of Podman 4.3 the name once more. */
  readonly networkId: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
}

export interface ContainerPort {
  readonly port: number;
  /** tcp, udp, sctp */
  readonly protocol: string;
}

export interface PublishedPort extends ContainerPort {
  /** Of the host: what it is bound to there; absent for all of its addresses. */
  readonly hostIp?: string;
  readonly hostPort: number;
}
