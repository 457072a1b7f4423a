import { createHostMemory, type HostMemory } from '../../../exporter/docker/host-memory.ts';
import type { ContainerView } from '../../../exporter/docker/visible.ts';
import type { DockerEvent } from '../../../exporter/model/event.ts';
import type { ContainerLifecycle } from '../../../exporter/model/lifecycle.ts';
import { viewOf } from './host-bed.ts';
import { BEGAN_SECONDS, containerOf, type Inspected, idOf } from './lifecycle/life-bed.ts';

export interface Process {
  readonly memory: HostMemory;
  readonly unreadable: readonly unknown[];
  readonly wait: (seconds: number) => void;
  readonly tell: (action: string, container: string, attributes?: DockerEvent['attributes']) => void;
  readonly learn: (inspected: Inspected) => void;
  readonly told: (name: string, view?: ContainerView) => ContainerLifecycle | undefined;
}

/** A process that is connected to its engine; time goes on from one to the next. */
export function begin(
  saved?: string,
  { host = 'edge-1', nowSeconds = BEGAN_SECONDS, engine = 'engine', matchedLabels = [] as readonly string[] } = {},
): Process {
  let now = nowSeconds;
  const unreadable: unknown[] = [];
  const memory = createHostMemory({
    host,
    saved,
    matchedLabels: () => matchedLabels,
    onUnreadable: (error) => unreadable.push(error),
    nowMs: () => (now - nowSeconds) * 1000,
    nowSeconds: () => now,
    onDue: () => undefined,
    onChange: () => undefined,
  });
  memory.meet(engine);
  memory.goCurrent();
  return {
    memory,
    unreadable,
    wait: (seconds) => {
      now += seconds;
      memory.lifecycle.settle();
      memory.lifecycle.forgetGone();
    },
    tell: (action, container, attributes = {}) => {
      const timeNano = String(BigInt(Math.round(now * 1e6)) * 1000n);
      const named = { name: container, image: 'app:1', ...attributes };
      const event = { type: 'container', action, actorId: idOf(container), attributes: named, timeNano };
      if (memory.ledger.add(event)) memory.lifecycle.apply(event, true);
    },
    learn: (inspected) => memory.lifecycle.learn(containerOf(inspected)),
    told: (name, view = viewOf()) => {
      const { lifecycle } = memory.snapshot({ view, isUp: true, isStreaming: true, clockSkewSeconds: 0 });
      return lifecycle?.containers.find(({ seriesLabels }) => seriesLabels['name'] === name);
    },
  };
}
