import type { LastChange } from '../../model/service-history.ts';
import { addRun, type Day, dayOf, newDay, newHours, type RecordedRun } from './day.ts';

/** Services of one day: more are not counted, whoever starts them. */
export const MAX_SERVICES = 2000;

/** All that is remembered of all services. */
export interface Tallies {
  readonly days: ReadonlyMap<number, Day>;
  readonly lastOf: (id: string) => LastChange | undefined;
  /** False when there are too many services. */
  readonly record: (id: string, run: RecordedRun, nowSeconds: number) => boolean;
  /** Forgets days before the one that it returns. */
  readonly prune: (keepDays: number, nowSeconds: number) => number;
}

/** Goes on with the days that were loaded. */
export function createTallies(days: Map<number, Day>): Tallies {
  let lasts = lastChanges(days);
  return {
    days,
    lastOf: (id) => lasts.get(id),
    record: (id, run, nowSeconds) => {
      const today = dayOf(nowSeconds);
      const day = days.get(today) ?? newDay(today);
      const last = nextChange(lasts.get(id), run.success, nowSeconds);
      const service = day.services.get(id) ?? { hours: newHours(), last };
      if (!day.services.has(id) && day.services.size >= MAX_SERVICES) return false;
      addRun(service.hours, nowSeconds, run);
      // The clock may have stepped back into it.
      delete service.total;
      service.last = last;
      day.services.set(id, service);
      days.set(today, day);
      lasts.set(id, last);
      return true;
    },
    prune: (keepDays, nowSeconds) => {
      const firstKept = referenceDay(days, dayOf(nowSeconds)) - keepDays;
      const gone = [...days.keys()].filter((number) => number < firstKept);
      for (const number of gone) days.delete(number);
      if (gone.length > 0) lasts = lastChanges(days);
      return firstKept;
    },
  };
}

/** Of each service what its newest day says. */
function lastChanges(days: ReadonlyMap<number, Day>): Map<string, LastChange> {
  const inOrder = [...days.values()].sort((a, b) => a.number - b.number);
  return new Map(inOrder.flatMap(({ services }) => [...services].map(([id, { last }]) => [id, last] as const)));
}

/** The same object until it changes; what changed in the future did so before the clock stepped back. */
function nextChange(last: LastChange | undefined, isUp: boolean, nowSeconds: number): LastChange {
  const goesOn = last?.isUp === isUp && last.sinceSeconds <= nowSeconds;
  return goesOn ? last : { isUp, sinceSeconds: nowSeconds };
}

/** Today, but at most a day after the one before it: a clock that is years ahead for an hour must not cost the history. */
function referenceDay(days: ReadonlyMap<number, Day>, today: number): number {
  const before = [...days.keys()].filter((number) => number < today);
  return before.length === 0 ? today : Math.min(today, Math.max(...before) + 1);
}
