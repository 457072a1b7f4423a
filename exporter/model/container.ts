import type { Labels } from './labels.ts';
import type { StatsSample } from './sample.ts';

/** The seven states of the engine's `State.Status`, in the order of a container's life. */
export const CONTAINER_STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const;
export type ContainerState = (typeof CONTAINER_STATES)[number];

export const HEALTH_STATUSES = ['starting', 'healthy', 'unhealthy'] as const;
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

/** What a container is called. The same object as long as nothing in it changes: rendered label text hangs on it (R43). */
export interface ContainerIdentity {
  /** 64 hex characters. */
  readonly id: string;
  /** Unique on its host: the container's name, of a Swarm task service.slot (R23). */
  readonly name: string;
  /** Carried by each of its series: host, name and, when it has them, compose_project, compose_service. */
  readonly seriesLabels: Labels;
  /** The further labels of docker_container_info; values that do not exist are left out. */
  readonly infoLabels: Labels;
  /** Somebody said that it should run. */
  readonly isExpected: boolean;
}

/** The last check that the engine ran, and what it makes of all of them. */
export interface ContainerHealth {
  readonly status: HealthStatus;
  readonly failingStreak: number;
  readonly lastCheck?: {
    /** Unix seconds. */
    readonly startSeconds: number;
    readonly durationSeconds: number;
    readonly exitCode: number;
  };
  /** Why it is healthy or unhealthy; absent while starting, and where the engine tells of no check that says so. */
  readonly verdict?: HealthVerdict;
}

export interface HealthVerdict {
  readonly check: HealthCheck;
  /** Whether this check made it what it is; else it is the last of those that confirm it. */
  readonly isFirst: boolean;
}

/** One check that the engine ran in a container. */
export interface HealthCheck {
  /** Nanoseconds since 1970. */
  readonly startNano: string;
  readonly endNano: string;
  readonly exitCode: number;
  /** What it wrote, as far as the engine keeps it: 4,096 bytes. It may hold anything. */
  readonly output: string;
}

/** From inspect: changes with the container's life, never carried by other series as a label. */
export interface ContainerFacts {
  readonly state: ContainerState;
  /** Unix seconds. */
  readonly createdSeconds?: number;
  /** Unix seconds of the last start; absent before the first. */
  readonly startedSeconds?: number;
  /** Unix seconds of the last end; absent before the first. Never infer a state from these two (R34). */
  readonly finishedSeconds?: number;
  /** Of the last run; only while exited, dead or restarting. */
  readonly exitCode?: number;
  /** The engine's own count; back to 0 at each start by hand. */
  readonly engineRestarts?: number;
  /** Only while running, and only with a healthcheck (R2). */
  readonly health?: ContainerHealth;
  readonly limits: ContainerLimits;
}

/** As configured; a limit that is not set is absent. */
export interface ContainerLimits {
  /** From the quota; its presence is what makes throttling possible. */
  readonly cpuQuotaCores?: number;
  /** After which the quota is there anew; only with one. */
  readonly cpuPeriodSeconds?: number;
  /** Weight against others; the engine's default is 1024. */
  readonly cpuShares?: number;
  /** Number of CPUs in the cpuset. */
  readonly cpusetCores?: number;
  readonly memoryBytes?: number;
  readonly memoryReservationBytes?: number;
  readonly pids?: number;
}

export interface ContainerSnapshot {
  readonly identity: ContainerIdentity;
  /** Absent while the engine is down: nobody knows. */
  readonly facts?: ContainerFacts;
  /** As seen from the root of the hierarchy, `/docker/<id>` or the like; only where the kernel's files told it. */
  readonly cgroupPath?: string;
  /** This scrape's counters; absent when the container is not running or could not be read. */
  readonly sample?: StatsSample;
}
