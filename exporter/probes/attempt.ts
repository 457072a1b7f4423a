import type { EngineContainer } from '../model/engine-container.ts';
import type { ProbeDetails, ProbeResult, ProbeStep } from '../model/probe.ts';
import { DeadlineError, withDeadline } from '../util/deadline.ts';
import { untilAborted } from '../util/until-aborted.ts';
import { describeFailure, ProbeUnknown } from './failure.ts';
import type { ProbeNetwork } from './net/network.ts';

/** One run of a probe, as the probe sees it. */
export interface Attempt {
  /** Aborts when the time is up, or nobody waits any more. */
  readonly signal: AbortSignal;
  /** How names become addresses, and which of these may be connected to. */
  readonly network: ProbeNetwork;
  readonly findContainers: FindContainers;
  /** Says what was done, for whoever asks why: never a header, a body or a credential. */
  readonly step: (text: string) => void;
  /** Adds to what is known; of a part that comes twice the later one counts. */
  readonly learn: (details: ProbeDetails) => void;
  /** Monotonic, in seconds, for phases. */
  readonly nowSeconds: () => number;
}

/** The containers of `HOST/NAME` or `HOST/PROJECT/SERVICE`; undefined while nobody can tell. */
export type FindContainers = (target: string) => readonly EngineContainer[] | undefined;

export interface AttemptOptions {
  readonly timeoutMs: number;
  readonly network: ProbeNetwork;
  /** Absent where no engine is watched. */
  readonly findContainers?: FindContainers;
  /** Aborts when the result is of no use any more: then the promise rejects. */
  readonly signal: AbortSignal;
}

/** An endless conversation is told as far as it can be read. */
const MAX_STEPS = 200;

/**
 * Runs a probe once; whatever it does or throws becomes a result in its time. Rejects with a ProbeUnknown that it throws,
 * and when nobody waits any more.
 */
export async function runAttempt(
  probe: (attempt: Attempt) => Promise<void>,
  { timeoutMs, network, findContainers = () => undefined, signal }: AttemptOptions,
): Promise<ProbeResult> {
  const startedSeconds = Date.now() / 1000;
  const startMs = performance.now();
  const elapsed = () => (performance.now() - startMs) / 1000;
  const steps: ProbeStep[] = [];
  let details: ProbeDetails = {};
  const step = (text: string) => {
    if (steps.length < MAX_STEPS) steps.push({ atSeconds: elapsed(), text });
  };
  const learn = (learnt: ProbeDetails) => {
    details = { ...details, ...learnt };
  };
  const attempt = { network, findContainers, step, learn, nowSeconds: () => performance.now() / 1000 };
  const failure = await withDeadline(signal, timeoutMs, (until) =>
    // A probe that does not heed its signal must not hold up its result.
    untilAborted(
      whileRunning(until, (running) => probe({ ...attempt, signal: running })),
      until,
    ),
  ).then(
    () => undefined,
    (error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof ProbeUnknown) throw error;
      return error instanceof DeadlineError ? `no result within ${timeoutMs / 1000} s` : describeFailure(error);
    },
  );
  const durationSeconds = elapsed();
  const outcome = { atSeconds: durationSeconds, text: failure ?? 'success' };
  const result = { startedSeconds, durationSeconds, details, steps: [...steps, outcome] };
  return failure === undefined ? { ...result, success: true } : { ...result, success: false, failure };
}

/** Under a signal that also aborts when the work has ended: a connection that is left open then goes with it. */
async function whileRunning(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const running = new AbortController();
  const stop = () => running.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await work(running.signal);
  } finally {
    signal.removeEventListener('abort', stop);
    running.abort(new Error('the attempt has ended'));
  }
}
