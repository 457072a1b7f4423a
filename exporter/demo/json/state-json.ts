import { rfc3339Nano } from '../clock.ts';
import { isRunning, type SimulatedContainer } from '../state/container.ts';
import type { Health } from '../state/health.ts';

/** `State` of an inspect. Running is true while restarting. */
export function stateJson(container: SimulatedContainer): object {
  const { status, health } = container;
  return {
    Status: status,
    Running: isRunning(container),
    Paused: status === 'paused',
    Restarting: status === 'restarting',
    OOMKilled: container.oomKilled,
    Dead: status === 'dead',
    Pid: container.pid,
    ExitCode: container.exitCode,
    Error: '',
    StartedAt: rfc3339Nano(container.startedNano),
    FinishedAt: rfc3339Nano(container.finishedNano),
    ...(health ? { Health: { Status: health.status, FailingStreak: health.failingStreak, Log: health.log } } : {}),
  };
}

/** `Status` of the list: what `docker ps` prints. */
export function statusText(container: SimulatedContainer, nowNano: bigint): string {
  const { status, exitCode, health, startedNano = nowNano, finishedNano = nowNano } = container;
  const since = (nano: bigint): string => humanDuration(nowNano - nano);
  switch (status) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${since(startedNano)}${healthText(health)}`;
    case 'paused':
      return `Up ${since(startedNano)} (Paused)`;
    case 'restarting':
      return `Restarting (${exitCode}) ${since(finishedNano)} ago`;
    case 'exited':
      return `Exited (${exitCode}) ${since(finishedNano)} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
  }
}

function healthText(health: Health | undefined): string {
  if (!health) return '';
  return health.status === 'starting' ? ' (health: starting)' : ` (${health.status})`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** As the engine words it. */
function humanDuration(nano: bigint): string {
  const seconds = Number(nano / 1_000_000_000n);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < MINUTE) return `${seconds} seconds`;
  if (seconds < 2 * MINUTE) return 'About a minute';
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} minutes`;
  if (seconds < 1.5 * HOUR) return 'About an hour';
  if (seconds < 2 * DAY) return `${Math.round(seconds / HOUR)} hours`;
  if (seconds < 14 * DAY) return `${Math.floor(seconds / DAY)} days`;
  if (seconds < 60 * DAY) return `${Math.floor(seconds / (7 * DAY))} weeks`;
  return `${Math.floor(seconds / (30 * DAY))} months`;
}
