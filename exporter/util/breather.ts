import { nextTurn } from './next-turn.ts';

/** How long those who share it may hold the event loop together. */
const SLICE_MS = 5;

/**
 * For many that begin at once: gives nothing as long as those before have had less than their time of this turn, and what to
 * wait for once they have.
 */
export function createBreather(): () => Promise<void> | undefined {
  let sliceStartMs = performance.now();
  let turn: Promise<void> | undefined;
  const isSpent = () => performance.now() - sliceStartMs >= SLICE_MS;
  const renew = async () => {
    await nextTurn();
    sliceStartMs = performance.now();
    turn = undefined;
  };
  const breathe = async () => {
    while (isSpent()) {
      turn ??= renew();
      await turn;
    }
  };
  return () => (isSpent() ? breathe() : undefined);
}
