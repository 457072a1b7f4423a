import type { Labels } from '../model/labels.ts';
import type { ProbeResult, ProbeStep } from '../model/probe.ts';

/** One run as it is remembered for people. */
export interface RecentResult {
  /** No other's, as long as the process lives. */
  readonly id: string;
  /** Who wanted it: a probe, or somebody who asked through a module. */
  readonly by: { readonly probe: string } | { readonly module: string };
  readonly kind: string;
  /** Without credentials and query. */
  readonly target: string;
  /** Of the container whose labels started the probe. */
  readonly labels?: Labels;
  /** What was measured is not kept: metrics tell it. */
  readonly result: Omit<ProbeResult, 'details'>;
}

export interface RecentResults {
  readonly add: (entry: NewResult) => void;
  /** The newest first. */
  readonly list: () => readonly RecentResult[];
  readonly find: (id: string) => RecentResult | undefined;
}

export type NewResult = Omit<RecentResult, 'id' | 'result'> & { readonly result: ProbeResult };

export interface RecentResultsOptions {
  /** Results that are kept, at least two. */
  readonly max: number;
}

/** Of one result, and of all: a conversation of a few lines each is far below. */
const MAX_STEP_CHARACTERS = 500;
const MAX_RESULT_CHARACTERS = 16_384;
const MAX_CHARACTERS = 2_097_152;

/**
 * The last results of all probes. Failures are what people come for, so they are kept longer: as long as they are at most
 * half, it is the oldest success that makes room.
 */
export function createRecentResults({ max }: RecentResultsOptions): RecentResults {
  // In the order of their coming.
  const kept = new Map<string, Kept>();
  let added = 0;
  let failures = 0;
  let characters = 0;
  const forget = ({ entry, size }: Kept) => {
    kept.delete(entry.id);
    characters -= size;
    if (!entry.result.success) failures--;
  };
  const makeRoom = () => {
    const goes = failures * 2 > kept.size ? isFailure : isSuccess;
    for (const one of kept.values()) {
      if (!goes(one)) continue;
      forget(one);
      return;
    }
  };
  return {
    add: ({ result, ...rest }) => {
      const { details: _measured, steps, failure, ...outcome } = result;
      const short = shorten(steps);
      const entry = {
        ...rest,
        id: String(++added),
        result: { ...outcome, steps: short, ...(failure !== undefined && { failure: cut(failure) }) },
      };
      const size = sizeOf(entry);
      kept.set(entry.id, { entry, size });
      characters += size;
      if (!result.success) failures++;
      while (kept.size > max || characters > MAX_CHARACTERS) makeRoom();
    },
    list: () => [...kept.values()].map(({ entry }) => entry).reverse(),
    find: (id) => kept.get(id)?.entry,
  };
}

interface Kept {
  readonly entry: RecentResult;
  readonly size: number;
}

function isFailure({ entry }: Kept): boolean {
  return !entry.result.success;
}

function isSuccess({ entry }: Kept): boolean {
  return entry.result.success;
}

function cut(text: string): string {
  return text.length <= MAX_STEP_CHARACTERS ? text : `${text.slice(0, MAX_STEP_CHARACTERS)}…`;
}

/** The last step says what it came to, so it stays, whatever is left out before it. */
function shorten(steps: readonly ProbeStep[]): readonly ProbeStep[] {
  const whole = steps.map(({ atSeconds, text }) => ({ atSeconds, text: cut(text) }));
  const last = whole.at(-1);
  let left = MAX_RESULT_CHARACTERS - (last?.text.length ?? 0);
  const end = whole.findIndex(({ text }) => {
    left -= text.length;
    return left < 0;
  });
  if (end < 0 || last === undefined || end >= whole.length - 1) return whole;
  return [...whole.slice(0, end), { atSeconds: last.atSeconds, text: '…' }, last];
}

function sizeOf({ target, result: { steps } }: RecentResult): number {
  return target.length + steps.reduce((sum, { text }) => sum + text.length, 0);
}
