import type { SpoolPosition } from '../../model/document.ts';
import type { Segments } from './segments.ts';

export interface Budget {
  readonly budgetBytes: number;
  /** So much more than needed is given up at once: it is not told of each document. */
  readonly sliceBytes: number;
}

/** The first position from which on documents fit a budget; undefined when those from `next` on do. */
export function firstWithinBudget(
  segments: Segments,
  next: SpoolPosition,
  { budgetBytes, sliceBytes }: Budget,
): SpoolPosition | undefined {
  if (segments.bytesFrom(next) <= budgetBytes) return undefined;
  const keptBytes = budgetBytes - Math.min(sliceBytes, budgetBytes / 4);
  const known = segments.list().flatMap(({ points }) => points.map(({ position }) => position));
  return known.find((position) => position > next && segments.bytesFrom(position) <= keptBytes) ?? segments.next();
}
