import type { Pool } from 'undici';
import { pickInspected } from './picks.ts';
import type { Moment } from './recording.ts';

export interface Clock {
  /** Unix milliseconds. */
  readonly beganAtMs: number;
  /** Since then. */
  readonly nowMs: () => number;
}

export interface WatchedContainers {
  /** Asks about a container that an event of this moment named. */
  readonly ask: (id: string, atMs: number) => Promise<void>;
  /** Asks about all that are known, except those about whom a question is under way. */
  readonly poll: () => void;
  /** What changed: when it was asked for, and when it was answered. */
  readonly moments: () => Promise<readonly Moment[]>;
}

/** An answer counts from its question: whoever asks then sees this, and waits as long for it (for the container's lock). */
interface Answer {
  readonly atMs: number;
  readonly answeredAtMs: number;
  readonly seen: Awaited<ReturnType<typeof inspect>>;
}

/** Asks an engine about containers again and again. */
export function watchContainers(pool: Pool, clock: Clock): WatchedContainers {
  const answers = new Map<string, Answer[]>();
  const asking = new Map<string, Set<Promise<void>>>();
  const events = new Map<string, number>();

  const question = async (id: string, atMs: number): Promise<Answer> => {
    const seen = await inspect(pool, id);
    return { atMs, seen, answeredAtMs: clock.nowMs() };
  };
  const underWay = (id: string, work: Promise<void>): Promise<void> => {
    const others = asking.get(id) ?? new Set();
    asking.set(id, others.add(work));
    return work.finally(() => others.delete(work));
  };
  return {
    ask: (id, atMs) => {
      const known = answers.get(id) ?? [];
      answers.set(id, known);
      events.set(id, (events.get(id) ?? 0) + 1);
      return underWay(
        id,
        question(id, atMs).then((answer) => void known.push(answer)),
      );
    },
    poll: () => {
      for (const [id, known] of answers) {
        const isGone = known.some(({ seen }) => seen !== undefined && 'gone' in seen);
        if (isGone || (asking.get(id)?.size ?? 0) > 0) continue;
        const before = events.get(id);
        // One that was overtaken by an event might be of before it or of after: there is another question.
        void underWay(
          id,
          question(id, clock.nowMs()).then((answer) => {
            if (events.get(id) === before) known.push(answer);
          }),
        );
      }
    },
    moments: async () => {
      await Promise.all([...asking.values()].flatMap((works) => [...works]));
      return [...answers.values()].flatMap(changes);
    },
  };
}

/** Shorter waits are the machine's. */
const WAIT_MS = 5;

function changes(answers: readonly Answer[]): readonly Moment[] {
  const moments: Moment[] = [];
  let last: string | undefined;
  for (const { atMs, answeredAtMs, seen } of answers.toSorted((a, b) => a.atMs - b.atMs)) {
    const text = JSON.stringify(seen);
    // The engine was away, or it says the same, or has not got it yet.
    if (seen === undefined || text === last || (last === undefined && 'gone' in seen)) continue;
    // The first answer is of before the story.
    moments.push({ atMs, ...seen, ...(atMs > 0 && answeredAtMs - atMs > WAIT_MS && { answeredAtMs }) });
    last = text;
  }
  return moments;
}

async function inspect(pool: Pool, id: string) {
  try {
    const { statusCode, body } = await pool.request({ method: 'GET', path: `/containers/${id}/json` });
    if (statusCode === 200) return { inspect: pickInspected((await body.json()) as object) };
    await body.dump();
    return statusCode === 404 ? { gone: id } : undefined;
  } catch {
    return undefined; // The engine is away.
  }
}
