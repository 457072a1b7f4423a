import { createHash } from 'node:crypto';
import {
  createLifecycle,
  type Lifecycle,
  type LifecycleState,
  newLifecycleState,
} from '../../../../exporter/docker/lifecycle/lifecycle.ts';
import { goneByThemselves, snapshotLifecycle } from '../../../../exporter/docker/lifecycle/snapshot.ts';
import { known } from '../../../../exporter/docker/parse/known.ts';
import type { ContainerView } from '../../../../exporter/docker/visible.ts';
import type { ContainerState } from '../../../../exporter/model/container.ts';
import type { ContainerDescription, EngineContainer } from '../../../../exporter/model/engine-container.ts';
import type { DockerEvent } from '../../../../exporter/model/event.ts';
import type { ContainerLifecycle, ExitCounts } from '../../../../exporter/model/lifecycle.ts';
import { viewOf } from '../host-bed.ts';

export const BEGAN_SECONDS = 1_795_222_000;

/** Ids as engines give them. */
export const idOf = (container: string): string => createHash('sha256').update(container).digest('hex');

export interface Inspected extends Partial<ContainerDescription> {
  readonly id?: string;
  readonly state: ContainerState;
  readonly createdSeconds?: number;
  readonly startedSeconds?: number;
  readonly finishedSeconds?: number;
  readonly exitCode?: number;
  readonly engineRestarts?: number;
  readonly hasOomKilled?: boolean;
}

/** An answer of inspect. */
export function containerOf(inspected: Inspected): EngineContainer {
  const { id = 'web', state, createdSeconds = BEGAN_SECONDS, startedSeconds, finishedSeconds, ...others } = inspected;
  const { exitCode, engineRestarts = 0, hasOomKilled = false, name = id, ...description } = others;
  return {
    id: idOf(id),
    description: keep(id, {
      name,
      labels: {},
      image: 'app:1',
      hasHealthcheck: false,
      isAutoRemoved: false,
      ...description,
    }),
    facts: {
      state,
      createdSeconds,
      ...known({ startedSeconds, finishedSeconds, exitCode }),
      engineRestarts,
      limits: {},
    },
    network: { networks: [], published: [], declared: [] },
    hasOomKilled,
  };
}

const descriptions = new Map<string, ContainerDescription>();

/** The same object as long as it says the same, as an inventory gives it. */
function keep(id: string, description: ContainerDescription): ContainerDescription {
  const key = `${id} ${JSON.stringify(description)}`;
  const kept = descriptions.get(key) ?? description;
  descriptions.set(key, kept);
  return kept;
}

export interface Bed {
  readonly lifecycle: Lifecycle;
  readonly state: LifecycleState;
  /** Both clocks go on; what is due meanwhile is settled. */
  readonly wait: (seconds: number) => void;
  /** The same, and nothing is settled: nobody was there. */
  readonly skip: (seconds: number) => void;
  readonly nowSeconds: () => number;
  /** An event of a container, now. */
  readonly tell: (action: string, container: string, attributes?: DockerEvent['attributes']) => DockerEvent;
  /** The same of before our time. */
  readonly seed: (action: string, container: string, attributes?: DockerEvent['attributes']) => void;
  readonly learn: (inspected: Inspected) => void;
  /** What is told under a name, while the engine is up. */
  readonly told: (name: string, view?: ContainerView) => ContainerLifecycle | undefined;
  readonly names: (view?: ContainerView) => readonly string[];
  /** Other than 0. */
  readonly exits: (name?: string) => Partial<ExitCounts>;
  readonly wentByThemselves: () => readonly (string | undefined)[];
  readonly due: readonly number[];
}

export interface BedOptions {
  readonly state?: LifecycleState;
  readonly beganSeconds?: number;
  readonly isExpected?: (container: Pick<EngineContainer, 'id' | 'description'>) => boolean;
}

/** A life cycle with clocks that stand still, and somebody who tells it what happens. */
export function createLifeBed(options: BedOptions = {}): Bed {
  const { beganSeconds = BEGAN_SECONDS, isExpected = () => false } = options;
  const state = options.state ?? newLifecycleState(beganSeconds);
  let now = beganSeconds;
  const due: number[] = [];
  const lifecycle = createLifecycle({
    state,
    nowMs: () => (now - beganSeconds) * 1000,
    nowSeconds: () => now,
    onDue: (afterMs) => due.push(afterMs),
    onChange: () => undefined,
    isExpected,
  });
  const eventOf = (action: string, container: string, attributes: DockerEvent['attributes'] = {}): DockerEvent => ({
    type: 'container',
    action,
    actorId: idOf(container),
    attributes: { image: 'app:1', name: container, ...attributes },
    timeNano: String(BigInt(Math.round(now * 1e6)) * 1000n),
  });
  const snapshot = (view = viewOf()) =>
    snapshotLifecycle(state, { view, nowSeconds: now, clockSkewSeconds: 0, isUp: true });
  const told = (name: string, view?: ContainerView) =>
    snapshot(view).containers.find(({ seriesLabels }) => seriesLabels['name'] === name);
  return {
    lifecycle,
    state,
    due,
    wait: (seconds) => {
      now += seconds;
      lifecycle.settle();
      lifecycle.forgetGone();
    },
    skip: (seconds) => {
      now += seconds;
    },
    nowSeconds: () => now,
    tell: (action, container, attributes) => {
      const event = eventOf(action, container, attributes);
      lifecycle.apply(event, true);
      return event;
    },
    seed: (action, container, attributes) => lifecycle.apply(eventOf(action, container, attributes), false),
    learn: (inspected) => lifecycle.learn(containerOf(inspected)),
    told,
    names: (view) => snapshot(view).containers.map(({ seriesLabels }) => seriesLabels['name'] ?? ''),
    exits: (name) => {
      const exits = name === undefined ? snapshot().exits : told(name)?.exits;
      return Object.fromEntries(Object.entries(exits ?? {}).filter(([, count]) => count > 0));
    },
    wentByThemselves: () => goneByThemselves(state).map(({ description }) => description.name),
  };
}

/** A container that was seen to run, a minute ago. */
export function running(options: Partial<Inspected> = {}): Bed & { readonly startedSeconds: number } {
  const bed = createLifeBed({ isExpected: () => true });
  const startedSeconds = bed.nowSeconds();
  bed.learn({ state: 'running', startedSeconds, ...options });
  bed.wait(60);
  return { ...bed, startedSeconds };
}
