import { hashOf } from '../ids.ts';

/** Numbers from 0 to 1, the same sequence for the same seed. */
export type Random = () => number;

export function createRandom(seed: string): Random {
  let count = 0;
  return () => fraction(`${seed} ${count++}`);
}

/** A walk that is smooth in time and the same for the same seed: 0 to 1, a new direction every `stepSeconds`. */
export function createWalk(seed: string, stepSeconds: number): (seconds: number) => number {
  // The walk is read forwards, several times within a step.
  let known = { step: Number.NaN, from: 0, to: 0 };
  return (seconds) => {
    const step = Math.floor(seconds / stepSeconds);
    if (step !== known.step) known = { step, from: fraction(`${seed} ${step}`), to: fraction(`${seed} ${step + 1}`) };
    const way = seconds / stepSeconds - step;
    const eased = way * way * (3 - 2 * way);
    return known.from + (known.to - known.from) * eased;
  };
}

function fraction(text: string): number {
  return Number.parseInt(hashOf(text).slice(0, 8), 16) / 0x1_0000_0000;
}
