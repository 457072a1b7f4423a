import { nextTurn } from './next-turn.ts';

/** How long one piece of work after the other may hold the event loop. */
const SLICE_MS = 5;

/**
 * What work comes to that yields between its pieces; others have their turn each few milliseconds. No turn has what the
 * caller does before or after beside a slice.
 */
export async function inSlices<T>(work: Generator<undefined, T>): Promise<T> {
  for (;;) {
    await nextTurn();
    const sliceStartMs = performance.now();
    while (performance.now() - sliceStartMs < SLICE_MS) {
      const step = work.next();
      if (step.done !== true) continue;
      await nextTurn();
      return step.value;
    }
  }
}
