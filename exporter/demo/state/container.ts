import type { Health, Healthcheck } from './health.ts';
import type { LogLine } from './log.ts';
import type { Load, Usage } from './usage.ts';

type ContainerStatus = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** What `docker run` would be told. */
export interface ContainerSpec {
  readonly name: string;
  /** Made when there is none of that name. */
  readonly image?: string;
  readonly command?: readonly string[];
  readonly env?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  /** bridge (the default), host, none, container:NAME, or names of networks, which are made when missing. */
  readonly networks?: readonly string[];
  readonly ports?: readonly { readonly container: number; readonly host: number }[];
  /** Destination by the volume's name; volumes are made when missing. */
  readonly volumes?: Readonly<Record<string, string>>;
  readonly restart?: {
    readonly policy: 'no' | 'always' | 'unless-stopped' | 'on-failure';
    readonly maximumRetries?: number;
  };
  readonly healthcheck?: Healthcheck;
  readonly limits?: Limits;
  readonly logDriver?: 'json-file' | 'local' | 'none';
  /** SIGTERM when absent. */
  readonly stopSignal?: string;
  readonly autoRemove?: boolean;
  readonly load?: Load;
}

/** What is absent is not limited. */
export interface Limits {
  readonly memoryBytes?: number;
  readonly memoryReservationBytes?: number;
  /** `--cpus`. */
  readonly cpus?: number;
  readonly cpuQuotaMicros?: number;
  readonly cpuPeriodMicros?: number;
  /** 0-2,4 */
  readonly cpusetCpus?: string;
  readonly pids?: number;
}

/** Where a container stands in one network. */
export interface Endpoint {
  readonly networkId: string;
  readonly endpointId: string;
  readonly address: string;
  readonly gateway: string;
  readonly mac: string;
}

/** A container as the engine keeps it; only state/ writes to it. */
export interface SimulatedContainer {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly createdNano: bigint;
  /** Of the image that its name stood for at creation. */
  readonly imageId: string;
  name: string;
  limits: Limits;
  load: Load;
  status: ContainerStatus;
  pid: number;
  exitCode: number;
  oomKilled: boolean;
  startedNano: bigint | undefined;
  finishedNano: bigint | undefined;
  restartCount: number;
  health: Health | undefined;
  /** By the network's name, in the order of the interfaces; empty unless running. */
  endpoints: ReadonlyMap<string, Endpoint>;
  /** Of this run. */
  usage: Usage;
  readonly log: LogLine[];
  /** Called with each new line, and with undefined when the container ends. */
  readonly followers: Set<(line: LogLine | undefined) => void>;
}

export const DEFAULT_IMAGE = 'demo/app:1.0';
export const DEFAULT_COMMAND: readonly string[] = ['/app/server', '--listen', ':8080'];

/** The engine's own test: true while paused and, for a trap, while restarting. */
export function isRunning({ status }: SimulatedContainer): boolean {
  return status === 'running' || status === 'paused' || status === 'restarting';
}

/** Has processes. */
export function isAlive({ status }: SimulatedContainer): boolean {
  return status === 'running' || status === 'paused';
}

/** host, none, container:ID, bridge or a network's name. */
export function networkModeOf({ spec }: SimulatedContainer): string {
  return spec.networks?.[0] ?? 'bridge';
}
