import type { EngineContainer } from '../../model/engine-container.ts';
import type { DockerEvent } from '../../model/event.ts';
import type { ExitReason } from '../../model/lifecycle.ts';
import { applyEvent, isOfLife, SETTLE_MS } from './apply-event.ts';
import { type ForgetOptions, forgetGone } from './forget.ts';
import { look, loseSight } from './look.ts';
import { settleDue } from './settle.ts';
import { noExits, type Tally, tallyOf } from './tallies.ts';
import { MOST_CONTAINERS, type PendingExit, type Tracked } from './tracked.ts';

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
  /** What is learnt may be ahead of events that are still to be told, or in doubt: it is kept until they are not. */
  readonly hold: () => void;
  readonly release: () => void;
  /** Events may be missing: the next look at each container is compared with the last. Holds. */
  readonly doubt: () => void;
  /** A complete list was read: whoever is not there has gone without an event. */
  readonly reconcile: (isPresent: (id: string) => boolean) => void;
  /** Settles what is due. */
  readonly settle: () => void;
  /** Forgets what is long gone. */
  readonly forgetGone: () => void;
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
  /** An end can be settled after so many milliseconds; until then, further calls can be passed over. */
  readonly onDue: (afterMs: number) => void;
  /** An end got its reason. */
  readonly onExit?: (exit: { readonly id: string; readonly atSeconds: number; readonly reason: ExitReason }) => void;
  readonly isExpected: ForgetOptions['isExpected'];
  readonly onChange: () => void;
}

const CONTAINER_ID = /^[0-9a-f]{64}$/;

export function newLifecycleState(nowSeconds: number): LifecycleState {
  return { sinceSeconds: nowSeconds, exits: noExits(), containers: new Map(), tallies: new Map() };
}

export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { state, nowMs, nowSeconds, onChange, isExpected } = options;
  const { containers } = state;
  const ending = createEnding(options);
  let held: Map<string, EngineContainer> | undefined;
  const isFull = (id: string) => containers.size >= MOST_CONTAINERS && !containers.has(id);
  const learn = (container: EngineContainer) => {
    if (isFull(container.id)) return;
    if (held !== undefined) held.set(container.id, container);
    else if (look(state, container, nowSeconds())) onChange();
  };
  return {
    state,
    apply: (event, isCounted) => {
      const { actorId: id, action } = event;
      if (!isOfLife(event) || !CONTAINER_ID.test(id) || isFull(id)) return;
      // The answer to a question of before; there will be another.
      held?.delete(id);
      const surroundings = { nowMs: nowMs(), nowSeconds: nowSeconds(), isCounted };
      containers.set(id, applyEvent(containers.get(id), event, surroundings));
      if (action === 'die') ending.add(id);
      if (isCounted) countEvent(state, event, nowSeconds());
      else if (action === 'destroy') containers.delete(id);
    },
    learn,
    hold: () => {
      held ??= new Map();
    },
    release: () => {
      const answers = held?.values() ?? [];
      held = undefined;
      for (const container of answers) learn(container);
    },
    doubt: () => {
      for (const tracked of containers.values()) tracked.isDoubtful = tracked.seen !== undefined;
      held ??= new Map();
      onChange();
    },
    reconcile: (isPresent) => {
      for (const [id, tracked] of containers) {
        if (tracked.gone !== undefined || isPresent(id)) continue;
        if (tracked.seen === undefined && tracked.pending.length === 0) containers.delete(id);
        else loseSight(state, tracked, nowSeconds());
      }
      onChange();
    },
    settle: ending.settle,
    forgetGone: () => forgetGone(state, { nowSeconds: nowSeconds(), isExpected }),
    forgetEngine: () => {
      ending.settleAll();
      containers.clear();
      onChange();
    },
  };
}

/** The containers whose ends wait for their reasons: a few of hundreds, looked at with each save and at each end. */
function createEnding({ state, nowMs, onDue, onExit, onChange }: LifecycleOptions) {
  const { containers } = state;
  const ids = new Set([...containers].flatMap(([id, { pending }]) => (pending.length > 0 ? [id] : [])));
  /** True when an end was due. */
  const settleUpTo = (dueMs: number): boolean => {
    let hasSettled = false;
    for (const id of ids) {
      const tracked = containers.get(id);
      const tell = ({ atSeconds }: PendingExit, reason: ExitReason) => onExit?.({ id, atSeconds, reason });
      if (tracked !== undefined && settleDue(state, tracked, dueMs, tell)) hasSettled = true;
      if (tracked === undefined || tracked.pending.length === 0) ids.delete(id);
    }
    return hasSettled;
  };
  /** Of each container the oldest is due first. */
  const nextDueAtMs = () => Math.min(...[...ids].map((id) => containers.get(id)?.pending[0]?.dueAtMs ?? Infinity));
  return {
    add: (id: string) => {
      ids.add(id);
      onDue(SETTLE_MS);
    },
    settle: () => {
      const now = nowMs();
      if (settleUpTo(now)) onChange();
      if (ids.size > 0) onDue(Math.max(1, Math.ceil(nextDueAtMs() - now)));
    },
    settleAll: () => settleUpTo(Infinity),
  };
}

function countEvent(state: LifecycleState, { action, actorId }: DockerEvent, nowSeconds: number): void {
  const tally = tallyOf(state, actorId, nowSeconds);
  if (action === 'oom' && tally !== undefined) tally.oomEvents++;
}
