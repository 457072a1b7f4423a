import {
  type DayCounts,
  HISTORY_WINDOWS,
  type LastChange,
  type RunCounts,
  type ServiceHistory,
} from '../../model/service-history.ts';
import { countHours, type Day, dateOf, dayOf, type ServiceDay } from './day.ts';

/** What is remembered of the service with this id, which last came to this. */
export type Summarize = (id: string, last: LastChange) => ServiceHistory;

/** Days that are told one by one. */
const SHOWN_DAYS = 90;
const HOUR_SECONDS = 3600;
const NOTHING: RunCounts = { runs: 0, goodRuns: 0, goodSeconds: 0 };

/** For many services at one time: what does not hang on the service is done once. */
export function createSummarize(days: ReadonlyMap<number, Day>, nowSeconds: number): Summarize {
  const today = dayOf(nowSeconds);
  const nextHour = Math.floor(nowSeconds / HOUR_SECONDS) + 1;
  const shown = Array.from({ length: SHOWN_DAYS }, (_, at) => {
    const number = today - SHOWN_DAYS + 1 + at;
    return { number, date: dateOf(number), services: days.get(number)?.services };
  });
  return (id, last) => {
    const ofService: ServiceDays = shown.map(({ number, date, services }) => {
      const service = services?.get(id);
      return { number, date, hours: service?.hours, counts: countDay(service, number < today) };
    });
    const over = (hours: number) => countFrom(ofService, nextHour - hours, nextHour);
    return {
      windows: {
        '24h': over(HISTORY_WINDOWS['24h']),
        '7d': over(HISTORY_WINDOWS['7d']),
        '30d': over(HISTORY_WINDOWS['30d']),
      },
      days: ofService.map(({ date, counts }): DayCounts => ({ date, ...counts })),
      // The clock may have stepped back since.
      last: { ...last, sinceSeconds: Math.min(last.sinceSeconds, nowSeconds) },
    };
  };
}

/** What is over is counted once: there are ninety days a service, and everybody may ask for all. */
function countDay(service: ServiceDay | undefined, isOver: boolean): RunCounts {
  if (service === undefined) return NOTHING;
  if (!isOver) return countHours(service.hours);
  service.total ??= countHours(service.hours);
  return service.total;
}

type ServiceDays = readonly {
  readonly number: number;
  readonly date: string;
  readonly hours: Float32Array | undefined;
  readonly counts: RunCounts;
}[];

/** From one hour to before another, both since 1970. */
function countFrom(days: ServiceDays, from: number, to: number): RunCounts {
  const sum = { ...NOTHING };
  for (const { number, hours, counts } of days) {
    const [first, end] = [Math.max(0, from - number * 24), Math.min(24, to - number * 24)];
    if (hours === undefined || first >= end) continue;
    const part = end - first === 24 ? counts : countHours(hours, first, end);
    sum.runs += part.runs;
    sum.goodRuns += part.goodRuns;
    sum.goodSeconds += part.goodSeconds;
  }
  return sum;
}
