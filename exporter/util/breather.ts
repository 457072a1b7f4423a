import { nextTurn } from './next-turn.ts';

/** How long those who share it may take to begin, together: what they go on with in the same turn takes some times that. */
const SLICE_MS = 2;

/** Begins work; how long it goes on is nobody's business. */
export type Breather = <T>(begin: () => Promise<T>) => Promise<T>;

/** For many that begin at once: what is to begin waits for another turn once the others have had the time of this one. */
export function createBreather(): Breather {
  let spentMs = 0;
  let turn: Promise<void> | undefined;
  const renew = async () => {
    await nextTurn();
    spentMs = 0;
    turn = undefined;
  };
  return async (begin) => {
    // Looked at again by each that has waited: those before it have begun by then.
    while (spentMs >= SLICE_MS) await (turn ??= renew());
    turn ??= renew();
    const startMs = performance.now();
    const begun = begin();
    spentMs += performance.now() - startMs;
    return begun;
  };
}
