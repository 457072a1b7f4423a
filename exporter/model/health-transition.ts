import type { HealthCheck, HealthStatus } from './container.ts';
import type { ContainerDescription } from './engine-container.ts';

/** A container became healthy or unhealthy. */
export interface HealthTransition {
  /** 64 hex characters. */
  readonly containerId: string;
  readonly description: ContainerDescription;
  readonly runtime: 'docker' | 'podman';
  readonly status: HealthStatus;
  /** Absent when nobody looked before. */
  readonly previous?: HealthStatus;
  readonly failingStreak: number;
  readonly check: HealthCheck;
}
