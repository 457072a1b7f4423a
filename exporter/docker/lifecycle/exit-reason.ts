import type { ExitReason } from '../../model/lifecycle.ts';

/** A signal that somebody had the engine send to a container. */
export interface Kill {
  /** Unix seconds, by the engine's clock. */
  readonly atSeconds: number;
  /** Absent where the event does not tell: on Podman, and where a label takes the attribute's place. */
  readonly signal?: number;
}

/** What is known of one end of a container. */
export interface Exit {
  /** Unix seconds, by the engine's clock. */
  readonly atSeconds: number;
  readonly exitCode?: number;
  /** Of this run. */
  readonly kills: readonly Kill[];
  /** When the engine said that it had stopped it: 28.5 does so before the end, 20.10 after it (R13). */
  readonly stopAtSeconds?: number;
  /** The last time the kernel ran out of the container's memory in this run. */
  readonly oomAtSeconds?: number;
  /** The engine's own flag, where no event of this run explains it. */
  readonly hasOomKilled: boolean;
  /** As configured; 15 when absent. */
  readonly stopSignal?: number;
  /** As configured; 10 when absent, without end when negative. */
  readonly stopTimeoutSeconds?: number;
}

const INT = 2;
const QUIT = 3;
const KILL = 9;
const TERM = 15;
const ENDING = [KILL, TERM, INT, QUIT];

const STOP_TIMEOUT_SECONDS = 10;
/** Beyond its time to stop: an engine under load is late. */
const GRACE_SECONDS = 10;
/** The engine tells of a stop, or of a lack of memory, within moments of the end. */
const MOMENTS_SECONDS = 10;
/** Of a shell and of the engine: 128 and the signal, of which Linux has 64. */
const SIGNALLED = 128;
const SIGNALS = 64;

/** Pure: one end, one reason. */
export function classifyExit(exit: Exit): ExitReason {
  if (isOutOfMemory(exit)) return 'oom';
  if (isRequested(exit)) return 'requested';
  const { exitCode } = exit;
  if (exitCode === undefined) return 'unknown';
  if (exitCode === 0) return 'success';
  return exitCode > SIGNALLED && exitCode <= SIGNALLED + SIGNALS ? 'signal' : 'error';
}

/** Killed, by no one, and memory ran out: neither alone is enough, for the kernel may have chosen a child (R14). */
function isOutOfMemory(exit: Exit): boolean {
  if (exit.exitCode !== SIGNALLED + KILL || recentKills(exit).some(({ signal }) => signal === KILL)) return false;
  return exit.hasOomKilled || isMomentsFrom(exit.oomAtSeconds, exit);
}

/**
 * Somebody's stop or kill. A signal that does not end a container, such as HUP, must not make the crash of the next
 * minute a requested end (R13); where the signal is not known, the exit code must fit.
 */
function isRequested(exit: Exit): boolean {
  if (isMomentsFrom(exit.stopAtSeconds, exit)) return true;
  const ending = [...ENDING, exit.stopSignal ?? TERM];
  const endedBy = (signal: number) => exit.exitCode === SIGNALLED + signal;
  return recentKills(exit).some(({ signal }) =>
    signal === undefined ? ending.some(endedBy) : ending.includes(signal) || endedBy(signal),
  );
}

/** No lower bound: the engine's clock may have stepped back since. */
function recentKills({ kills, atSeconds, stopTimeoutSeconds = STOP_TIMEOUT_SECONDS }: Exit): readonly Kill[] {
  const windowSeconds = stopTimeoutSeconds < 0 ? Number.POSITIVE_INFINITY : stopTimeoutSeconds + GRACE_SECONDS;
  return kills.filter((kill) => atSeconds - kill.atSeconds <= windowSeconds);
}

function isMomentsFrom(seconds: number | undefined, { atSeconds }: Exit): boolean {
  return seconds !== undefined && Math.abs(atSeconds - seconds) <= MOMENTS_SECONDS;
}
