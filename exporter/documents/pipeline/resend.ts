import type { DeadLetter } from '../dead-letters.ts';
import type { Parts } from './parts.ts';

/** Dead letters that somebody asked to be sent again: looked for now and then, and sent like any document. */
export interface Resend {
  /** Queues what is found; one look at a time, and none while some of the last ones are on their way. */
  readonly look: () => void;
  readonly nextLookMs: () => number | undefined;
  /** It is stored. */
  readonly stored: (letter: DeadLetter) => void;
  /** It was refused again. */
  readonly buried: () => void;
}

const AT_ONCE = 100;

export function createResend(parts: Parts, wakeUp: () => void): Resend {
  const { deadLetters, observe, retries, nowMs, limits } = parts;
  let onTheirWay = 0;
  let isLooking = false;
  let nextMs = -Infinity;
  const look = async () => {
    try {
      const letters = await deadLetters.toResend(AT_ONCE);
      onTheirWay += letters.length;
      retries.add(
        letters.map((letter) => ({ document: letter.document, letter, tries: 0 })),
        nowMs(),
      );
    } catch (cause) {
      observe.onError(new Error('read the dead letters', { cause }));
    }
    isLooking = false;
    nextMs = nowMs() + limits.resendEveryMs;
    wakeUp();
  };
  const stored = async (letter: DeadLetter) => {
    try {
      await deadLetters.done(letter);
    } catch (cause) {
      observe.onError(new Error('forget a dead letter', { cause }));
    }
    onTheirWay--;
    wakeUp();
  };
  return {
    look: () => {
      if (isLooking || onTheirWay > 0 || nextMs > nowMs()) return;
      isLooking = true;
      void look();
    },
    nextLookMs: () => (isLooking || onTheirWay > 0 ? undefined : nextMs),
    stored: (letter) => void stored(letter),
    buried: () => {
      onTheirWay--;
    },
  };
}
