/** Values on their way to one reader, in order. */
interface Mailbox<T> extends AsyncIterable<T> {
  readonly push: (value: T) => void;
  /** The reader gets what is there, then the end. */
  readonly end: () => void;
}

export function createMailbox<T>(initial: readonly T[]): Mailbox<T> {
  const waiting = [...initial];
  let ended = false;
  let wake = (): void => undefined;
  return {
    push: (value) => {
      if (ended) return;
      waiting.push(value);
      wake();
    },
    end: () => {
      ended = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        yield* waiting.splice(0);
        if (waiting.length > 0) continue;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
