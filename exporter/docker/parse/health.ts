import { z } from 'zod';
import { type ContainerHealth, HEALTH_STATUSES, type HealthCheck, type HealthVerdict } from '../../model/container.ts';
import { parseTimeNano } from './time.ts';

const inspectedCheck = z.object({
  Start: z.string(),
  End: z.string(),
  ExitCode: z.int(),
  Output: z.string().default(''),
});
/** `State.Health` of an inspect. */
export const inspectedHealth = z
  .object({
    Status: z.string(),
    FailingStreak: z.int().nonnegative().default(0),
    Log: z.array(inspectedCheck).nullish(),
  })
  .nullish();

export interface HealthSurroundings {
  /** Failures in a row after which it is unhealthy, as configured. */
  readonly retries: number | undefined;
  /** Of the last start: the engine keeps the checks of before. */
  readonly startedNano: bigint | undefined;
}

/** Of a container that runs. */
export function readHealth(
  health: z.output<typeof inspectedHealth>,
  surroundings: HealthSurroundings,
): ContainerHealth | undefined {
  const status = HEALTH_STATUSES.find((known) => known === health?.Status);
  if (!health || status === undefined) return undefined;
  const log = (health.Log ?? []).map(readCheck);
  const lastCheck = log.at(-1);
  const verdict = lastCheck && findVerdict({ status, failingStreak: health.FailingStreak, log, ...surroundings });
  return {
    status,
    failingStreak: health.FailingStreak,
    ...(lastCheck && {
      lastCheck: {
        startSeconds: Number(lastCheck.startNano) / 1e9,
        durationSeconds: Math.max(0, Number(BigInt(lastCheck.endNano) - BigInt(lastCheck.startNano)) / 1e9),
        exitCode: lastCheck.exitCode,
      },
    }),
    ...(verdict && { verdict }),
  };
}

function readCheck({ Start, End, ExitCode: exitCode, Output: output }: z.output<typeof inspectedCheck>) {
  const [start, end] = [parseTimeNano(Start), parseTimeNano(End)];
  if (start === undefined || end === undefined) return undefined;
  return { startNano: String(start), endNano: String(end), exitCode, output };
}

/** What an engine keeps; of fewer it has thrown none away. */
const LOG_LENGTH = 5;
const DEFAULT_RETRIES = 3;

interface Judged extends HealthSurroundings {
  readonly status: ContainerHealth['status'];
  readonly failingStreak: number;
  /** Oldest first. */
  readonly log: readonly (HealthCheck | undefined)[];
}

/** By nothing but the log, so that whoever looks, and however often, finds the same check. */
function findVerdict(judged: Judged): HealthVerdict | undefined {
  const { log, startedNano = 0n } = judged;
  const run = log.flatMap((check) => (check !== undefined && BigInt(check.startNano) >= startedNano ? [check] : []));
  const isWhole = run.length < log.length || log.length < LOG_LENGTH;
  const last = run.at(-1);
  if (last === undefined) return undefined;
  switch (judged.status) {
    case 'starting':
      return undefined;
    case 'healthy':
      return firstSuccess(run, judged.retries ?? DEFAULT_RETRIES, isWhole);
    case 'unhealthy':
      return failureOf(judged, run, last);
    default:
      return judged.status satisfies never;
  }
}

/** Failures that were too few in a row changed nothing: the first success is the one after enough, or after the start. */
function firstSuccess(run: readonly HealthCheck[], retries: number, isWhole: boolean): HealthVerdict | undefined {
  let first: HealthCheck | undefined;
  let failures = 0;
  for (const check of run.toReversed()) {
    if (check.exitCode !== 0) failures++;
    else if (failures >= retries) break;
    else [first, failures] = [check, 0];
  }
  const isFirst = failures >= retries || isWhole;
  const check = isFirst ? first : run.at(-1);
  return check && { check, isFirst };
}

/** A container that is paused and goes on is called unhealthy by no check at all (R2). */
function failureOf({ failingStreak, retries }: Judged, run: readonly HealthCheck[], last: HealthCheck) {
  const after = failingStreak - (retries ?? DEFAULT_RETRIES);
  if (after < 0) return undefined;
  const first = run.at(-1 - after);
  return first === undefined ? { check: last, isFirst: false } : { check: first, isFirst: true };
}
