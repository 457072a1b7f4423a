import { isAlive, type Limits, type SimulatedContainer } from './container.ts';
import { emitContainerEvent } from './container-events.ts';
import type { EngineState } from './engine-state.ts';
import { checkedHealth, type HealthStatus } from './health.ts';
import { currentUsage, endContainer, removeContainer, startContainer } from './lifecycle.ts';
import type { LogLine } from './log.ts';
import { byName } from './lookup.ts';
import type { Load } from './usage.ts';

/** Kept for each container. */
const KEPT_LINES = 1000;

/** Signals that programs live through. */
const HARMLESS: readonly number[] = [1, 10, 12, 18, 28];

/** The memory limit is hit: the event, the flag, and exit code 137. */
export function oomContainer(state: EngineState, container: SimulatedContainer): void {
  emitContainerEvent(state, { container, action: 'oom' });
  endContainer(state, container, { exitCode: 137, oomKilled: true });
}

export function killContainer(state: EngineState, container: SimulatedContainer, signal: number): void {
  emitContainerEvent(state, { container, action: 'kill', attributes: { signal: String(signal) } });
  if (HARMLESS.includes(signal)) return;
  endContainer(state, container, { exitCode: 128 + signal, requested: 'kill' });
}

/** SIGTERM; exit code 137 means that it did not listen and was killed. */
export function stopContainer(state: EngineState, container: SimulatedContainer, exitCode: number): void {
  if (container.status === 'restarting') {
    container.status = 'exited';
    emitContainerEvent(state, { container, action: 'stop' });
  }
  if (!isAlive(container)) return;
  for (const signal of exitCode === 137 ? ['15', '9'] : ['15']) {
    emitContainerEvent(state, { container, action: 'kill', attributes: { signal } });
  }
  endContainer(state, container, { exitCode, requested: 'stop' });
}

export function restartContainer(state: EngineState, container: SimulatedContainer, exitCode: number): void {
  stopContainer(state, container, exitCode);
  startContainer(state, container);
  emitContainerEvent(state, { container, action: 'restart' });
}

/** The health monitor ends with a pause: the engine calls the container unhealthy, without an event. */
export function pauseContainer(state: EngineState, container: SimulatedContainer): void {
  currentUsage(state, container);
  container.status = 'paused';
  if (container.health) container.health = { ...container.health, status: 'unhealthy' };
  emitContainerEvent(state, { container, action: 'pause' });
}

export function unpauseContainer(state: EngineState, container: SimulatedContainer): void {
  currentUsage(state, container);
  container.status = 'running';
  emitContainerEvent(state, { container, action: 'unpause' });
}

export function renameContainer(state: EngineState, container: SimulatedContainer, name: string): void {
  if (byName(state, name)) throw new Error(`rename container: the name ${name} is in use`);
  const oldName = `/${container.name}`;
  container.name = name;
  emitContainerEvent(state, { container, action: 'rename', attributes: { oldName } });
}

export function updateContainer(state: EngineState, container: SimulatedContainer, limits: Limits): void {
  currentUsage(state, container);
  container.limits = { ...container.limits, ...limits };
  emitContainerEvent(state, { container, action: 'update' });
}

/** `docker rm --force`. */
export function destroyContainer(state: EngineState, container: SimulatedContainer): void {
  if (isAlive(container)) killContainer(state, container, 9);
  // An auto-removed container is gone with its end.
  if (state.containers.has(container.id)) removeContainer(state, container);
}

export function execContainer(
  state: EngineState,
  container: SimulatedContainer,
  { command, exitCode }: { readonly command: string; readonly exitCode: number },
): void {
  const execID = state.ids();
  emitContainerEvent(state, { container, action: `exec_create: ${command}`, attributes: { execID } });
  emitContainerEvent(state, { container, action: `exec_start: ${command}`, attributes: { execID } });
  emitContainerEvent(state, { container, action: 'exec_die', attributes: { execID, exitCode: String(exitCode) } });
}

/** One run of the health check: three exec events, and health_status only when it changes. */
export function checkContainer(
  state: EngineState,
  container: SimulatedContainer,
  { exitCode, output }: { readonly exitCode: number; readonly output: string },
): void {
  const {
    spec: { healthcheck },
    health,
  } = container;
  if (!healthcheck || !health || container.status !== 'running') return;
  execContainer(state, container, { command: `/bin/sh -c ${healthcheck.command}`, exitCode });
  container.health = checkedHealth(health, { exitCode, output, retries: healthcheck.retries, clock: state.clock });
  if (container.health.status !== health.status) emitHealth(state, container, container.health.status);
}

/** Without the checks that lead there. */
export function setContainerHealth(state: EngineState, container: SimulatedContainer, status: HealthStatus): void {
  const {
    spec: { healthcheck },
    health,
  } = container;
  if (!healthcheck || !health) throw new Error(`set health: ${container.name} has no health check`);
  container.health = { ...health, status, failingStreak: status === 'unhealthy' ? healthcheck.retries : 0 };
  if (status !== health.status) emitHealth(state, container, status);
}

export function setContainerLoad(state: EngineState, container: SimulatedContainer, load: Load): void {
  currentUsage(state, container);
  container.load = load;
}

export function logLine(state: EngineState, container: SimulatedContainer, line: Omit<LogLine, 'timeNano'>): void {
  const stamped = { ...line, timeNano: state.clock.nowNano() };
  container.log.push(stamped);
  if (container.log.length > KEPT_LINES) container.log.shift();
  for (const follower of container.followers) follower(stamped);
}

function emitHealth(state: EngineState, container: SimulatedContainer, status: HealthStatus): void {
  emitContainerEvent(state, { container, action: `health_status: ${status}` });
}
