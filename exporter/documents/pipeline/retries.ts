import { type Entry, sizeOf } from './entry.ts';

/** Documents that are sent again, each group from a time on. */
export interface Retries {
  readonly add: (entries: readonly Entry[], dueMs: number) => void;
  /** Those that are due, the oldest first, at least one if there is any, and no more than this size. */
  readonly take: (nowMs: number, size: number) => readonly Entry[];
  readonly nextDueMs: () => number | undefined;
}

interface Group {
  readonly entries: readonly Entry[];
  readonly dueMs: number;
}

export function createRetries(): Retries {
  let groups: readonly Group[] = [];
  return {
    add: (entries, dueMs) => {
      if (entries.length === 0) return;
      groups = [...groups, { entries, dueMs }].sort((a, b) => firstPosition(a) - firstPosition(b));
    },
    take: (nowMs, maxSize) => {
      const taken: Entry[] = [];
      const left: Group[] = [];
      let takenSize = 0;
      let isFull = false;
      for (const group of groups) {
        const fits: number =
          group.dueMs > nowMs || isFull ? 0 : countFitting(group.entries, maxSize - takenSize, taken.length);
        for (const entry of group.entries.slice(0, fits)) {
          taken.push(entry);
          takenSize += sizeOf(entry);
        }
        if (fits < group.entries.length) left.push({ ...group, entries: group.entries.slice(fits) });
        isFull ||= group.dueMs <= nowMs && fits < group.entries.length;
      }
      groups = left;
      return taken;
    },
    nextDueMs: () =>
      groups.reduce<number | undefined>((least, { dueMs }) => Math.min(least ?? dueMs, dueMs), undefined),
  };
}

function firstPosition({ entries }: Group): number {
  return entries[0]?.document.position ?? 0;
}

function countFitting(entries: readonly Entry[], room: number, taken: number): number {
  let size = 0;
  for (const [index, entry] of entries.entries()) {
    size += sizeOf(entry);
    if (size > room && taken + index > 0) return index;
  }
  return entries.length;
}
