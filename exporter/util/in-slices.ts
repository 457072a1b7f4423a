import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long one piece of work after the other may hold the event loop. */
const SLICE_MS = 5;

/** What work comes to that yields between its pieces; others have their turn each few milliseconds. */
export async function inSlices<T>(work: Generator<undefined, T>): Promise<T> {
  let sliceStartMs = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - sliceStartMs < SLICE_MS) continue;
    await nextTurn();
    sliceStartMs = performance.now();
  }
}
