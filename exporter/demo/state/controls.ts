import type { ContainerSpec, Limits, SimulatedContainer } from './container.ts';
import { type EngineState, ensureNetwork, ensureVolume, pruneImages, pullImage } from './engine-state.ts';
import type { EngineEvent } from './events.ts';
import type { HealthStatus } from './health.ts';
import { createContainer, endContainer, startContainer } from './lifecycle.ts';
import type { LogLine } from './log.ts';
import { findContainer } from './lookup.ts';
import {
  checkContainer,
  destroyContainer,
  execContainer,
  killContainer,
  logLine,
  oomContainer,
  pauseContainer,
  renameContainer,
  restartContainer,
  setContainerHealth,
  setContainerLoad,
  stopContainer,
  unpauseContainer,
  updateContainer,
} from './operations.ts';
import type { Load } from './usage.ts';

/** What tests and scenarios do to an engine. `ref` is an id, a name or the beginning of an id. */
export interface EngineControls {
  /** Returns the id. */
  readonly create: (spec: ContainerSpec) => string;
  /** Starts it; one that waits for its restart policy keeps its count of restarts. */
  readonly start: (ref: string) => void;
  /** create and start. */
  readonly run: (spec: ContainerSpec) => string;
  /** It ends by itself, with exit code 1 if none is given; the restart policy decides whether it waits in `restarting`. */
  readonly die: (ref: string, exitCode?: number) => void;
  readonly oom: (ref: string) => void;
  /** Signal 9 if none is given. 1, 10, 12, 18 and 28 end nothing. */
  readonly kill: (ref: string, signal?: number) => void;
  /** Ends with exit code 0 if none is given; 137 means that it had to be killed. */
  readonly stop: (ref: string, exitCode?: number) => void;
  readonly restart: (ref: string, exitCode?: number) => void;
  readonly pause: (ref: string) => void;
  readonly unpause: (ref: string) => void;
  readonly rename: (ref: string, name: string) => void;
  readonly update: (ref: string, limits: Limits) => void;
  /** Kills it first if it runs. */
  readonly destroy: (ref: string) => void;
  readonly exec: (ref: string, run: { readonly command: string; readonly exitCode: number }) => void;
  /** One run of the health check. */
  readonly check: (ref: string, result: { readonly exitCode: number; readonly output: string }) => void;
  /** Without the checks that lead there. */
  readonly setHealth: (ref: string, status: HealthStatus) => void;
  readonly setLoad: (ref: string, load: Load) => void;
  readonly log: (ref: string, line: Omit<LogLine, 'timeNano'>) => void;
  /** A new image under that tag; the containers keep the old one. Returns the image's id. */
  readonly pull: (image: string) => string;
  /** Removes the images that no container uses. */
  readonly pruneImages: () => void;
  readonly createNetwork: (name: string, labels?: Readonly<Record<string, string>>) => void;
  readonly createVolume: (name: string, labels?: Readonly<Record<string, string>>) => void;
  /** Any other event. */
  readonly emit: (event: Omit<EngineEvent, 'timeNano'>) => void;
  readonly container: (ref: string) => Readonly<SimulatedContainer>;
  /** Oldest first. */
  readonly containers: () => readonly Readonly<SimulatedContainer>[];
}

export function createControls(state: EngineState): EngineControls {
  const find = (ref: string): SimulatedContainer => findContainer(state, ref);
  const create = (spec: ContainerSpec): string => createContainer(state, spec).id;
  const start = (ref: string): void => startContainer(state, find(ref));
  return {
    create,
    start,
    run: (spec) => {
      const id = create(spec);
      start(id);
      return id;
    },
    die: (ref, exitCode = 1) => endContainer(state, find(ref), { exitCode }),
    oom: (ref) => oomContainer(state, find(ref)),
    kill: (ref, signal = 9) => killContainer(state, find(ref), signal),
    stop: (ref, exitCode = 0) => stopContainer(state, find(ref), exitCode),
    restart: (ref, exitCode = 0) => restartContainer(state, find(ref), exitCode),
    pause: (ref) => pauseContainer(state, find(ref)),
    unpause: (ref) => unpauseContainer(state, find(ref)),
    rename: (ref, name) => renameContainer(state, find(ref), name),
    update: (ref, limits) => updateContainer(state, find(ref), limits),
    destroy: (ref) => destroyContainer(state, find(ref)),
    exec: (ref, run) => execContainer(state, find(ref), run),
    check: (ref, result) => checkContainer(state, find(ref), result),
    setHealth: (ref, status) => setContainerHealth(state, find(ref), status),
    setLoad: (ref, load) => setContainerLoad(state, find(ref), load),
    log: (ref, line) => logLine(state, find(ref), line),
    pull: (image) => pullImage(state, image).id,
    pruneImages: () => pruneImages(state),
    createNetwork: (name, labels) => void ensureNetwork(state, name, labels),
    createVolume: (name, labels) => void ensureVolume(state, name, labels),
    emit: state.events.emit,
    container: find,
    containers: () => [...state.containers.values()],
  };
}
