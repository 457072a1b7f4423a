/**
 * A story is a short scripted life of containers on a real engine, with the series that an exporter must show of it.
 *
 *     await story.prepare(stage);   // what is there before anything happens: an exporter now shows `before`
 *     await story.run(stage);       // what happens; returns when the engine is done with it: then `after`
 *     await clear(stage, story);    // removes its containers
 *
 * `stories` in index.ts lists all. A `Stage` is a real engine: `startEngine({ version, dockerdArgs })` or
 * `startPodman()`. `createStoryReplay(recording)` in replay.ts tells the same story from a recording.
 *
 * What is expected is exact, and complete for the names that are mentioned: see `ExpectedContainer`. `prepare` ends no container,
 * so nothing else but `run` adds to `hostExits`; other names than those in `before` and `after` may pass by (a swap's third).
 */

import type { ContainerState, HealthStatus } from '../../exporter/model/container.ts';
import type { ExitReason } from '../../exporter/model/lifecycle.ts';
import type { Engine } from '../bed/engine.ts';

/** A real engine, as far as stories use it. Podman's containers need no engine, so none takes them along. */
export type Stage = Pick<Engine, 'docker' | 'restart' | 'kill' | 'start'> & Partial<Pick<Engine, 'killWithContainers'>>;

export type StageKind = 'docker-28' | 'docker-20' | 'podman';

export interface Story {
  /** Of its recordings' files: kebab-case. */
  readonly name: string;
  /** As a sentence goes on: "an exporter tells of …". */
  readonly tells: string;
  /** Where it can be told. */
  readonly stages: readonly StageKind[];
  /** Options of dockerd that it needs. */
  readonly dockerdArgs?: readonly string[];
  readonly prepare: (stage: Stage) => Promise<void>;
  readonly run: (stage: Stage) => Promise<void>;
  readonly expected: Expected;
  /** Where an engine's behaviour differs: in place of the same part of `expected`. */
  readonly differs?: Partial<Readonly<Record<StageKind, Partial<Expected>>>>;
}

export interface Expected {
  /** By container name; a name that is not there yet has no series at all. */
  readonly before: Readonly<Record<string, ExpectedContainer>>;
  /** By container name, everything that ever counted under it. */
  readonly after: Readonly<Record<string, ExpectedContainer>>;
  /** docker_exits_total after less before; reasons that are left out: 0. */
  readonly hostExits: ExpectedExits;
}

export type ExpectedExits = Partial<Readonly<Record<ExitReason, number>>>;

/** The series of one name. */
export interface ExpectedContainer {
  /** docker_container_state is 1 for it and 0 for all others; absent when no container has the name. */
  readonly state?: ContainerState;
  /** docker_container_exits_total since the story's begin; reasons that are left out: 0. All six have a series. */
  readonly exits?: ExpectedExits;
  /** docker_container_restarts_total; left out: 0. */
  readonly restarts?: number;
  /** docker_container_oom_events_total; left out: 0. */
  readonly oomEvents?: number;
  /** docker_container_last_exit_reason is 1 for it and 0 for all others; left out: there is no such series. */
  readonly lastExitReason?: ExitReason;
  /** docker_container_exit_code; left out: there is no such series. */
  readonly exitCode?: number;
  /** docker_container_health is 1 for it and 0 for all others; left out: there is no such series. */
  readonly health?: HealthStatus;
  /** docker_container_missing; left out: there is no such series. */
  readonly missing?: 0 | 1;
}

export const EVERYWHERE: readonly StageKind[] = ['docker-28', 'docker-20', 'podman'];
export const ON_DOCKER: readonly StageKind[] = ['docker-28', 'docker-20'];

/** What an exporter must show on that stage. */
export const expectedOn = ({ expected, differs }: Story, stage: StageKind): Expected => ({
  ...expected,
  ...differs?.[stage],
});
