import { unixSeconds } from '../clock.ts';
import { majorOf } from '../flavour.ts';
import { type ContainerSpec, DEFAULT_IMAGE, isAlive, type SimulatedContainer } from './container.ts';
import { emitContainerEvent, emitNetworkEvents, emitVolumeEvents } from './container-events.ts';
import { connect } from './endpoints.ts';
import { type EngineState, ensureVolume, findImage, pullImage } from './engine-state.ts';
import { closedHealth, startingHealth } from './health.ts';
import { byName, findContainer } from './lookup.ts';
import { advanceUsage, IDLE_LOAD, startUsage, type Usage } from './usage.ts';

export function createContainer(state: EngineState, given: ContainerSpec): SimulatedContainer {
  if (byName(state, given.name)) throw new Error(`create container: the name ${given.name} is in use`);
  const spec = withOwnersId(state, given);
  const imageName = spec.image ?? DEFAULT_IMAGE;
  const image = findImage(state, imageName) ?? pullImage(state, imageName);
  for (const volume of Object.keys(spec.volumes ?? {})) ensureVolume(state, volume);
  const load = spec.load ?? IDLE_LOAD;
  const container: SimulatedContainer = {
    id: state.ids(),
    spec,
    createdNano: state.clock.nowNano(),
    imageId: image.id,
    name: spec.name,
    limits: spec.limits ?? {},
    load,
    status: 'created',
    pid: 0,
    exitCode: 0,
    oomKilled: false,
    startedNano: undefined,
    finishedNano: undefined,
    restartCount: 0,
    health: undefined,
    endpoints: new Map(),
    usage: startUsage(load, state.clock.elapsedSeconds()),
    log: [],
    followers: new Set(),
  };
  state.containers.set(container.id, container);
  emitContainerEvent(state, { container, action: 'create' });
  return container;
}

/** Starts it, or ends the wait of its restart policy: only that keeps the count of restarts. */
export function startContainer(state: EngineState, container: SimulatedContainer): void {
  if (isAlive(container)) return;
  if (container.status !== 'restarting') container.restartCount = 0;
  container.startedNano = state.clock.nowNano();
  container.endpoints = connect(state, container);
  container.status = 'running';
  container.pid = 1000 + (Number.parseInt(state.ids().slice(0, 6), 16) % 4_000_000);
  container.exitCode = 0;
  container.oomKilled = false;
  container.usage = startUsage(container.load, state.clock.elapsedSeconds());
  if (container.spec.healthcheck) container.health = startingHealth(container.health);
  emitVolumeEvents(state, container, 'mount');
  emitNetworkEvents(state, container, 'connect');
  emitContainerEvent(state, { container, action: 'start' });
}

interface Ending {
  readonly exitCode: number;
  readonly oomKilled?: boolean;
  /** Somebody asked for it: the restart policy does not act, and a `stop` event comes with it. */
  readonly requested?: 'stop' | 'kill';
}

/** The processes end. What follows waits in `restarting` until it is started, or has exited. */
export function endContainer(state: EngineState, container: SimulatedContainer, ending: Ending): void {
  if (!isAlive(container)) return;
  currentUsage(state, container);
  container.finishedNano = state.clock.nowNano();
  container.exitCode = ending.exitCode;
  container.oomKilled = ending.oomKilled ?? false;
  container.pid = 0;
  if (container.health) container.health = closedHealth(container.health);
  const restarts = ending.requested === undefined && wantsRestart(container);
  container.status = restarts ? 'restarting' : 'exited';
  if (restarts) container.restartCount += 1;
  emitEnd(state, container, ending);
  container.endpoints = new Map();
  for (const follower of container.followers) follower(undefined);
  if (container.spec.autoRemove === true && !restarts) removeContainer(state, container);
}

export function removeContainer(state: EngineState, container: SimulatedContainer): void {
  state.containers.delete(container.id);
  emitContainerEvent(state, { container, action: 'destroy' });
}

/** The counters of now. A paused container keeps its memory and does nothing. */
export function currentUsage(state: EngineState, container: SimulatedContainer): Usage {
  if (!isAlive(container)) return container.usage;
  const { load, limits, usage } = container;
  const still = {
    ...usage.rates,
    cpuCores: 0,
    receiveBytesPerSecond: 0,
    transmitBytesPerSecond: 0,
    readBytesPerSecond: 0,
    writeBytesPerSecond: 0,
  };
  container.usage = advanceUsage(usage, {
    load: container.status === 'paused' ? () => still : load,
    limits,
    atSeconds: state.clock.elapsedSeconds(),
  });
  return container.usage;
}

/** Engines before 23 tell of the end first; later ones of everything that ends with it, and of `stop`, before. */
function emitEnd(state: EngineState, container: SimulatedContainer, { exitCode, requested }: Ending): void {
  const exitCodeText = { exitCode: String(exitCode) };
  const stop = (): void => {
    if (requested === 'stop') emitContainerEvent(state, { container, action: 'stop' });
  };
  if (majorOf(state.flavour) < 23) {
    emitContainerEvent(state, { container, action: 'die', attributes: exitCodeText });
    emitNetworkEvents(state, container, 'disconnect');
    emitVolumeEvents(state, container, 'unmount');
    stop();
    return;
  }
  const execDuration = String(unixSeconds((container.finishedNano ?? 0n) - (container.startedNano ?? 0n)));
  emitNetworkEvents(state, container, 'disconnect');
  emitVolumeEvents(state, container, 'unmount');
  stop();
  emitContainerEvent(state, { container, action: 'die', attributes: { execDuration, ...exitCodeText } });
}

function wantsRestart({ spec: { restart }, exitCode, restartCount }: SimulatedContainer): boolean {
  switch (restart?.policy) {
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure':
      return exitCode !== 0 && (!restart.maximumRetries || restartCount < restart.maximumRetries);
    case 'no':
    case undefined:
      return false;
  }
}

/** `--network container:NAME` is kept with the owner's id. */
function withOwnersId(state: EngineState, spec: ContainerSpec): ContainerSpec {
  const [first] = spec.networks ?? [];
  if (first?.startsWith('container:') !== true) return spec;
  return { ...spec, networks: [`container:${findContainer(state, first.slice('container:'.length)).id}`] };
}
