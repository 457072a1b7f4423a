import { type Clock, rfc3339Nano } from '../clock.ts';

export type HealthStatus = 'starting' | 'healthy' | 'unhealthy';

export interface Healthcheck {
  /** For the shell. */
  readonly command: string;
  readonly intervalSeconds: number;
  readonly retries: number;
}

export interface Health {
  readonly status: HealthStatus;
  readonly failingStreak: number;
  /** The last five checks, oldest first. */
  readonly log: readonly HealthLog[];
}

interface HealthLog {
  readonly Start: string;
  readonly End: string;
  readonly ExitCode: number;
  readonly Output: string;
}

/** The engine keeps the old checks over a start. */
export function startingHealth(before: Health | undefined): Health {
  return { status: 'starting', failingStreak: 0, log: before?.log ?? [] };
}

/** When its monitor ends, at a stop or a pause, the engine calls a container unhealthy, without an event. */
export function closedHealth(health: Health): Health {
  return { ...health, status: 'unhealthy' };
}

/** Health after one more check. */
export function checkedHealth(
  health: Health,
  {
    exitCode,
    output,
    retries,
    clock,
  }: { readonly exitCode: number; readonly output: string; readonly retries: number; readonly clock: Clock },
): Health {
  const failingStreak = exitCode === 0 ? 0 : health.failingStreak + 1;
  const end = clock.nowNano();
  const check = { Start: rfc3339Nano(end - 12_345_678n), End: rfc3339Nano(end), ExitCode: exitCode, Output: output };
  return {
    status: exitCode === 0 ? 'healthy' : failingStreak >= retries ? 'unhealthy' : health.status,
    failingStreak,
    log: [...health.log, check].slice(-5),
  };
}
