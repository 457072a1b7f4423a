import type { Parts } from './parts.ts';
import type { Refusal } from './refusals.ts';

/** Puts documents among the dead letters; they are done with as soon as they are safe there. */
export type Bury = (refusals: readonly Refusal[]) => void;

export interface Graveyard {
  readonly bury: Bury;
  /** Resolves when all that was begun is over. */
  readonly settled: () => Promise<void>;
}

/** The disk of the dead letters may be full: then the document is sent again, and refused again, after so long. */
const AGAIN_MS = 30_000;

export function createGraveyard(parts: Parts, finished: (refusal: Refusal) => void): Graveyard {
  const burying = new Set<Promise<void>>();
  const buryOne = async (refusal: Refusal) => {
    const { entry, status, reason } = refusal;
    try {
      await parts.deadLetters.add({ document: entry.document, status, reason, atMs: parts.nowMs() });
      // One that is refused once more takes the place of the one that it was.
      if (entry.letter !== undefined) await parts.deadLetters.done(entry.letter);
    } catch (cause) {
      parts.observe.onError(new Error('keep a dead letter', { cause }));
      parts.retries.add([entry], parts.nowMs() + AGAIN_MS);
      return;
    }
    parts.observe.onRejected(1);
    finished(refusal);
  };
  return {
    bury: (refusals) => {
      for (const refusal of refusals) {
        const work = buryOne(refusal).finally(() => burying.delete(work));
        burying.add(work);
      }
    },
    settled: async () => {
      await Promise.all(burying);
    },
  };
}
