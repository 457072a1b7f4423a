import type { ContainerLifecycle, ExitReason, HostLifecycle } from '../../model/lifecycle.ts';
import type { ContainerView } from '../visible.ts';
import { isLongGone, wentByItself } from './forget.ts';
import type { LifecycleState } from './lifecycle.ts';
import { holderOf, type Tally } from './tallies.ts';
import type { Tracked } from './tracked.ts';

export interface LifecycleViewOptions {
  readonly view: ContainerView;
  /** Unix seconds. */
  readonly nowSeconds: number;
  /** Engine's clock minus ours: by that clock containers have their age. */
  readonly clockSkewSeconds: number;
  /** While an engine is down nobody knows whether a container is still ended. */
  readonly isUp: boolean;
}

/** What is told of a host's containers, under this view: one of each name. */
export function snapshotLifecycle(state: LifecycleState, options: LifecycleViewOptions): HostLifecycle {
  const { sinceSeconds, exits } = state;
  const containers = new Map<string, ContainerLifecycle>();
  for (const tally of state.tallies.values()) {
    const holder = holderOf(state, tally);
    const identity = identify(tally, holder, options);
    if (identity === undefined) continue;
    containers.set(identity.name, {
      seriesLabels: identity.seriesLabels,
      sinceSeconds: tally.sinceSeconds,
      exits: { ...tally.exits },
      restarts: tally.restarts,
      oomEvents: tally.oomEvents,
      ...(holder && describeEnd(holder, options.isUp)),
    });
  }
  // In the order of their names, as the containers themselves.
  const byName = [...containers].sort(([a], [b]) => (a < b ? -1 : 1));
  return { sinceSeconds, exits: { ...exits }, containers: byName.map(([, one]) => one) };
}

/** The containers that are gone though nobody asked for it, for what is expected of them. */
export function goneByThemselves({ containers }: LifecycleState) {
  return [...containers].flatMap(([id, tracked]) =>
    wentByItself(tracked) ? [{ id, description: tracked.description }] : [],
  );
}

function identify({ id, description }: Tally, holder: Tracked | undefined, options: LifecycleViewOptions) {
  const { view, nowSeconds, clockSkewSeconds } = options;
  const identity = view.identify({ id, description });
  if (identity === undefined || holder === undefined) return identity;
  if (isLongGone(holder, nowSeconds) && !identity.isExpected) return undefined;
  const { createdSeconds = 0, gone } = holder;
  const ageSeconds = (gone?.engineSeconds ?? nowSeconds + clockSkewSeconds) - createdSeconds;
  return view.minAgeSeconds > 0 && ageSeconds < view.minAgeSeconds ? undefined : identity;
}

function describeEnd(tracked: Tracked, isUp: boolean): Pick<ContainerLifecycle, 'lastExit' | 'hasGivenUp'> {
  if (!isUp && tracked.gone === undefined) return {};
  const { lastExit } = tracked;
  const hasGivenUp = tracked.gone === undefined ? gaveUp(tracked, lastExit) : undefined;
  return { ...(lastExit !== undefined && { lastExit }), ...(hasGivenUp !== undefined && { hasGivenUp }) };
}

/** Of the reasons that are known. */
const IS_CRASH: Readonly<Partial<Record<ExitReason, boolean>>> = {
  requested: false,
  success: false,
  error: true,
  signal: true,
  oom: true,
};

/** An on-failure policy restarts after every crash, until it gives up. */
function gaveUp({ isEnded, seen, description }: Tracked, lastExit: ExitReason | undefined): boolean | undefined {
  const limit = description.restartPolicy === 'on-failure' ? description.maximumRestarts : undefined;
  if (limit === undefined) return undefined;
  if (!isEnded || seen?.isWaiting === true) return false;
  // An event told of its end, and inspect has not answered yet whether it waits.
  if (seen === undefined || seen.isAlive) return undefined;
  if (seen.restarts < limit) return false;
  return lastExit && IS_CRASH[lastExit];
}
