import { type Entry, streamOf, streamsOf } from './entry.ts';

/** A document that the sink will never take as things are. */
export interface Refusal {
  readonly entry: Entry;
  readonly status: number;
  readonly reason: string;
}

/** What is to be done after an answer. */
export interface Judged {
  readonly dead: readonly Refusal[];
  /** They were refused with all others of their stream, which takes documents again. */
  readonly again: readonly Entry[];
}

/**
 * Tells a document that is at fault from a stream that is (a broken template refuses everything, R51): a refusal is held until
 * its stream has stored something, which proves the stream; then it is a dead letter. So many refusals of one stream for one
 * reason with nothing stored between prove the opposite, and none of them is a dead letter.
 */
export interface Refusals {
  readonly judge: (answer: Answer, nowMs: number) => Judged;
  /**
   * Those that were held long enough although their stream stored nothing, because there is nothing else of it. A stream that
   * is broken keeps its own.
   */
  readonly expired: (nowMs: number) => readonly Refusal[];
  readonly nextExpiryMs: () => number | undefined;
  /** Why nothing is sent: the reason for which a stream refuses everything. */
  readonly broken: () => string | undefined;
  /** One of those that a broken stream refused, to see whether it still does; `pick` is a share, 0 to 1. */
  readonly takeProbe: (pick: number) => Entry | undefined;
}

export interface Answer {
  readonly stored: readonly Entry[];
  readonly refused: readonly Refusal[];
}

export interface RefusalLimits {
  /** So many for one reason with nothing stored between: the stream is broken. */
  readonly broken: number;
  /** A stream may have nothing else to store. */
  readonly holdMs: number;
  /** How many documents of a stream the pipeline has, these included. */
  readonly countOf: (stream: string) => number;
}

/** The refusals of a stream since it stored something. */
interface Run {
  held: readonly Refusal[];
  /** How many for each reason, of those that are dead letters by now too. */
  readonly counts: Map<string, number>;
  /** When the first of those that are held was refused. */
  heldAtMs: number;
}

export function createRefusals({ broken, holdMs, countOf }: RefusalLimits): Refusals {
  const runs = new Map<string, Run>();
  const brokenRuns = () => [...runs.values()].filter((run) => brokenReason(run, broken) !== undefined);

  const waitingRuns = () =>
    [...runs].flatMap(([stream, run]) => {
      const mayExpire = run.held.length > 0 && countOf(stream) <= run.held.length;
      return mayExpire && brokenReason(run, broken) === undefined ? [run] : [];
    });
  const settle = (stream: string): Judged => {
    const run = runs.get(stream);
    runs.delete(stream);
    if (run === undefined) return { dead: [], again: [] };
    if (brokenReason(run, broken) === undefined) return { dead: run.held, again: [] };
    return { dead: [], again: run.held.map(({ entry }) => ({ ...entry, wasRefused: true })) };
  };

  return {
    judge: ({ stored, refused }, nowMs) => {
      const proven = streamsOf(stored);
      const settled = [...proven].map(settle);
      const dead = settled.flatMap((judged) => judged.dead);
      for (const [stream, group] of byStream(refused)) {
        const isDead = ({ entry }: Refusal) => proven.has(stream) || entry.wasRefused === true;
        dead.push(...group.filter(isDead));
        hold(runs, stream, { held: group.filter((refusal) => !isDead(refusal)), heldAtMs: nowMs });
      }
      return { dead, again: settled.flatMap((judged) => judged.again) };
    },
    expired: (nowMs) =>
      waitingRuns().flatMap((run) => {
        if (run.heldAtMs + holdMs > nowMs) return [];
        const { held } = run;
        run.held = [];
        return held;
      }),
    nextExpiryMs: () => {
      const times = waitingRuns().map(({ heldAtMs }) => heldAtMs + holdMs);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    broken: () => {
      const run = brokenRuns()[0];
      return run && brokenReason(run, broken);
    },
    takeProbe: (pick) => {
      const run = brokenRuns().find(({ held }) => held.length > 0);
      const refusal = run?.held[Math.min(Math.floor(pick * run.held.length), run.held.length - 1)];
      if (run === undefined || refusal === undefined) return undefined;
      run.held = run.held.filter((held) => held !== refusal);
      return refusal.entry;
    },
  };
}

function hold(runs: Map<string, Run>, stream: string, more: Pick<Run, 'held' | 'heldAtMs'>): void {
  const { held, heldAtMs } = more;
  if (held.length === 0) return;
  const run = runs.get(stream) ?? { held: [], counts: new Map<string, number>(), heldAtMs };
  if (run.held.length === 0) run.heldAtMs = heldAtMs;
  run.held = [...run.held, ...held];
  for (const { reason } of held) run.counts.set(reason, (run.counts.get(reason) ?? 0) + 1);
  runs.set(stream, run);
}

function brokenReason({ counts }: Run, limit: number): string | undefined {
  for (const [reason, count] of counts) if (count >= limit) return reason;
  return undefined;
}

function byStream(refusals: readonly Refusal[]): ReadonlyMap<string, readonly Refusal[]> {
  const streams = new Map<string, Refusal[]>();
  for (const refusal of refusals) {
    const stream = streamOf(refusal.entry.document);
    const group = streams.get(stream);
    if (group === undefined) streams.set(stream, [refusal]);
    else group.push(refusal);
  }
  return streams;
}
