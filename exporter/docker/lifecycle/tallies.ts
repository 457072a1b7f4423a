import type { ContainerDescription } from '../../model/engine-container.ts';
import { EXIT_REASONS, type ExitReason } from '../../model/lifecycle.ts';
import type { LifecycleState } from './lifecycle.ts';
import { nameOf, type Tracked } from './tracked.ts';

/** What is counted of all containers of one name. */
export interface Tally {
  /** The newest that had the name. */
  id: string;
  description: ContainerDescription;
  readonly sinceSeconds: number;
  /** When a container last had the name, by our clock. */
  usedSeconds: number;
  readonly exits: Record<ExitReason, number>;
  restarts: number;
  oomEvents: number;
}

/** All at 0 from the beginning: a counter that first appears at 1 hides its first increase (R12). */
export function noExits(): Record<ExitReason, number> {
  // Every reason is on the list.
  return Object.fromEntries(EXIT_REASONS.map((reason) => [reason, 0])) as Record<ExitReason, number>;
}

/** The counters of a container's name, at 0 when it is new; undefined for a nameless one. */
export function tallyOf(state: LifecycleState, id: string, nowSeconds: number): Tally | undefined {
  const tracked = state.containers.get(id);
  const name = tracked && nameOf(tracked.description);
  if (tracked === undefined || name === undefined) return undefined;
  const { description } = tracked;
  const known = state.tallies.get(name);
  if (known !== undefined) {
    if (!isHeldByNewer(state, known, tracked)) Object.assign(known, { id, description });
    return known;
  }
  const none = { exits: noExits(), restarts: 0, oomEvents: 0 };
  const tally: Tally = { id, description, sinceSeconds: nowSeconds, usedSeconds: nowSeconds, ...none };
  state.tallies.set(name, tally);
  return tally;
}

/** The container whose state is told under a tally's name; undefined when it is called otherwise now. */
export function holderOf({ containers }: LifecycleState, { id, description }: Tally): Tracked | undefined {
  const holder = containers.get(id);
  return holder !== undefined && nameOf(holder.description) === nameOf(description) ? holder : undefined;
}

/** Several tasks of a Swarm service's slot are there at a time, and one of them runs. */
function isHeldByNewer(state: LifecycleState, tally: Tally, tracked: Tracked): boolean {
  const holder = holderOf(state, tally);
  if (holder === undefined || holder === tracked || holder.gone !== undefined) return false;
  return tracked.gone !== undefined || (holder.createdSeconds ?? 0) > (tracked.createdSeconds ?? 0);
}
