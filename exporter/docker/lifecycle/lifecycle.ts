import type { EngineContainer } from '../../model/engine-container.ts';
import type { DockerEvent } from '../../model/event.ts';
import type { ExitReason } from '../../model/lifecycle.ts';
import { applyEvent, isOfLife, SETTLE_MS } from './apply-event.ts';
import { forgetGone } from './forget.ts';
import { look, loseSight } from './look.ts';
import { settleDue } from './settle.ts';
import { noExits, type Tally, tallyOf } from './tallies.ts';
import { MOST_CONTAINERS, type Tracked } from './tracked.ts';

/**
 * What happens to the containers of one engine: how often each name ended and why, how often its policy restarted it,
 * how often its memory ran out. Events tell, inspect confirms, and where events are missing the two looks of inspect
 * before and after are compared.
 */
export interface Lifecycle {
  /** An event in the order of the stream; one of before our time explains what is, and counts for nothing. */
  readonly apply: (event: DockerEvent, isCounted: boolean) => void;
  /** An answer of inspect that began after the container's last event. */
  readonly learn: (container: EngineContainer) => void;
  /** Events may be missing: the next look at each container is compared with the last. */
  readonly doubt: () => void;
  /** A complete list was read: whoever is not there has gone without an event. */
  readonly reconcile: (isPresent: (id: string) => boolean) => void;
  /** Settles what is due, and forgets what is long gone. */
  readonly settle: () => void;
  /** Another engine is there now: none of its containers is known. */
  readonly forgetEngine: () => void;
  /** Never to be changed by who reads it. */
  readonly state: Readonly<LifecycleState>;
}

/** All that outlives the process. */
export interface LifecycleState {
  readonly sinceSeconds: number;
  /** Of all containers. */
  readonly exits: Record<ExitReason, number>;
  /** By id. */
  readonly containers: Map<string, Tracked>;
  /** By name. */
  readonly tallies: Map<string, Tally>;
}

export interface LifecycleOptions {
  /** Continued, and from then on changed by nobody else. */
  readonly state: LifecycleState;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Unix seconds. */
  readonly nowSeconds: () => number;
  /** Called some time after an end, when its reason can be settled. */
  readonly onDue: (afterMs: number) => void;
  readonly onChange: () => void;
}

const CONTAINER_ID = /^[0-9a-f]{64}$/;

export function newLifecycleState(nowSeconds: number): LifecycleState {
  return { sinceSeconds: nowSeconds, exits: noExits(), containers: new Map(), tallies: new Map() };
}

export function createLifecycle({ state, nowMs, nowSeconds, onDue, onChange }: LifecycleOptions): Lifecycle {
  const { containers } = state;
  const countEvent = ({ action, actorId }: DockerEvent) => {
    const tally = tallyOf(state, actorId, nowSeconds());
    if (action === 'oom' && tally !== undefined) tally.oomEvents++;
    if (action === 'die') onDue(SETTLE_MS);
  };
  return {
    state,
    apply: (event, isCounted) => {
      const { actorId: id, action } = event;
      if (!isOfLife(event) || !CONTAINER_ID.test(id)) return;
      if (containers.size >= MOST_CONTAINERS && !containers.has(id)) return;
      const surroundings = { nowMs: nowMs(), nowSeconds: nowSeconds(), isCounted };
      containers.set(id, applyEvent(containers.get(id), event, surroundings));
      if (isCounted) countEvent(event);
      else if (action === 'destroy') containers.delete(id);
    },
    learn: (container) => {
      if (look(state, container, nowSeconds())) onChange();
    },
    doubt: () => {
      for (const tracked of containers.values()) tracked.isDoubtful = tracked.seen !== undefined;
      onChange();
    },
    reconcile: (isPresent) => {
      for (const [id, tracked] of containers) {
        if (tracked.gone !== undefined || isPresent(id)) continue;
        if (tracked.seen === undefined) containers.delete(id);
        else loseSight(state, tracked, nowSeconds());
      }
      onChange();
    },
    settle: () => {
      const now = nowMs();
      for (const tracked of containers.values()) if (settleDue(state, tracked, now)) onChange();
      forgetGone(state, nowSeconds());
    },
    forgetEngine: () => {
      containers.clear();
      onChange();
    },
  };
}
