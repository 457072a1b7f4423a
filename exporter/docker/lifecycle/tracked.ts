import type { ContainerDescription } from '../../model/engine-container.ts';
import type { ExitReason } from '../../model/lifecycle.ts';
import { swarmTask } from '../../util/project-names.ts';
import type { Kill } from './exit-reason.ts';
import { NEVER_RUN, type RunState } from './missed-runs.ts';

/** What is remembered of one container; only this folder writes to it. All times are Unix seconds. */
export interface Tracked {
  description: ContainerDescription;
  /** Attributes of its events that its labels stand in for; absent as long as its labels are not known. */
  spoofed?: readonly string[];
  /** By the engine's clock. */
  createdSeconds?: number;
  /** Of the present run, or of the last. */
  run: Run;
  isEnded: boolean;
  /** Ends whose reason is not settled yet, oldest first. */
  pending: PendingExit[];
  /** Of the last end; absent while it is not known, and while pending. */
  lastExit?: ExitReason;
  /** At the last look that was not out of date; absent before the first. */
  seen?: RunState;
  /** Ends that events told of since then, less those that looks showed and no event has told of yet. */
  ends: number;
  /** By the engine's clock; of ends up to then, a comparison has counted what events had not told. */
  comparedUntilSeconds?: number;
  /** Events may be missing since then: the next look is compared with it. */
  isDoubtful: boolean;
  /** When it was gone, by the engine's clock and by ours. */
  gone?: { readonly engineSeconds: number; readonly ourSeconds: number };
}

/** What events tell of one run. */
export interface Run {
  readonly kills: readonly Kill[];
  readonly stopAtSeconds?: number;
  readonly oomAtSeconds?: number;
  /** It was over and somebody stopped the policy, which waited: the restart that it had decided on never came. */
  readonly isCancelled?: true;
}

export const NOTHING_TOLD: Run = { kills: [] };

export interface PendingExit {
  /** Under which it is counted, whatever the container is called when the reason is settled. */
  readonly name?: string;
  /** It was in our time. */
  readonly isCounted: boolean;
  readonly atSeconds: number;
  /** Of our monotonic clock; a saved one is due at once. */
  readonly dueAtMs: number;
  exitCode?: number;
  hasOomKilled: boolean;
  run: Run;
  /** A later run has begun: what comes now is that one's. */
  isOver: boolean;
}

/** One engine keeps no more than this of anything; what an engine sends beyond is no engine's doing. */
export const MOST_CONTAINERS = 10_000;

const MOST_KILLS = 8;

export function createTracked(description: ContainerDescription): Tracked {
  return { description, run: NOTHING_TOLD, isEnded: false, pending: [], ends: 0, isDoubtful: false };
}

/** Created before our eyes: nothing can have happened to it that no event told of. */
export function createNew(description: ContainerDescription, createdSeconds: number): Tracked {
  return { ...createTracked(description), createdSeconds, seen: NEVER_RUN };
}

/** Under which a container is counted: a Swarm task's name is new at each deploy (R23). Absent for a nameless one. */
export function nameOf({ name, labels }: ContainerDescription): string | undefined {
  return name === undefined ? undefined : (swarmTask({ name, labels })?.name ?? name);
}

/** The last kill of each signal: many of one say no more than the last. */
export function withKill({ kills, ...rest }: Run, kill: Kill): Run {
  return { ...rest, kills: [...kills.filter(({ signal }) => signal !== kill.signal), kill].slice(-MOST_KILLS) };
}

/** What was told of it before this time and from then on. */
export function splitRun(run: Run, seconds: number): { readonly before: Run; readonly since: Run } {
  const keep = (isKept: (atSeconds: number) => boolean): Run => {
    const { kills, stopAtSeconds, oomAtSeconds } = run;
    return {
      kills: kills.filter(({ atSeconds }) => isKept(atSeconds)),
      ...(stopAtSeconds !== undefined && isKept(stopAtSeconds) && { stopAtSeconds }),
      ...(oomAtSeconds !== undefined && isKept(oomAtSeconds) && { oomAtSeconds }),
    };
  };
  return { before: keep((atSeconds) => atSeconds < seconds), since: keep((atSeconds) => atSeconds >= seconds) };
}
