import type { DeadLetter, DeadLetters } from '../../exporter/documents/dead-letters.ts';

export interface MemoryLetters extends DeadLetters {
  readonly all: () => readonly DeadLetter[];
  /** Asks that all are sent again. */
  readonly resend: () => void;
}

/** Dead letters in memory, for what is about those who write them. */
export const createMemoryLetters = (): MemoryLetters => {
  let letters: readonly DeadLetter[] = [];
  let wanted: readonly DeadLetter[] = [];
  return {
    add: (letter) => {
      letters = [...letters, letter];
      return Promise.resolve();
    },
    count: () => letters.length,
    toResend: (max) => Promise.resolve(wanted.slice(0, max)),
    done: (letter) => {
      letters = letters.filter((kept) => kept !== letter);
      wanted = wanted.filter((kept) => kept !== letter);
      return Promise.resolve();
    },
    all: () => letters,
    resend: () => {
      wanted = letters;
    },
  };
};
