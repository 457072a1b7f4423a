import { HISTORY_WINDOWS, type LastChange, type RunCounts, type ServiceHistory } from '../../model/service-history.ts';
import { countHours, type Day, dateOf, dayOf } from './day.ts';

const HOUR_SECONDS = 3600;
/** Days that are told one by one. */
const SHOWN_DAYS = 90;

/** What is remembered of a service now. */
export function summarize(
  days: ReadonlyMap<number, Day>,
  id: string,
  last: LastChange,
  nowSeconds: number,
): ServiceHistory {
  const today = dayOf(nowSeconds);
  const hoursOf = (day: number) => days.get(day)?.services.get(id)?.hours;
  const nextHour = Math.floor(nowSeconds / HOUR_SECONDS) + 1;
  const over = (hours: number) => countBetween(hoursOf, nextHour - hours, nextHour);
  return {
    windows: {
      '24h': over(HISTORY_WINDOWS['24h']),
      '7d': over(HISTORY_WINDOWS['7d']),
      '30d': over(HISTORY_WINDOWS['30d']),
    },
    days: Array.from({ length: SHOWN_DAYS }, (_, at) => {
      const day = today - SHOWN_DAYS + 1 + at;
      const hours = hoursOf(day);
      return { date: dateOf(day), ...(hours === undefined ? NOTHING : countHours(hours)) };
    }),
    // The clock may have stepped back since.
    last: { ...last, sinceSeconds: Math.min(last.sinceSeconds, nowSeconds) },
  };
}

const NOTHING: RunCounts = { runs: 0, goodRuns: 0, goodSeconds: 0 };

type HoursOf = (day: number) => Float32Array | undefined;

/** From one hour to before another, both since 1970. */
function countBetween(hoursOf: HoursOf, from: number, to: number): RunCounts {
  let sum = NOTHING;
  for (let day = Math.floor(from / 24); day * 24 < to; day++) {
    const hours = hoursOf(day);
    if (hours === undefined) continue;
    const firstHour = day * 24;
    sum = add(sum, countHours(hours, Math.max(0, from - firstHour), Math.min(24, to - firstHour)));
  }
  return sum;
}

function add(one: RunCounts, other: RunCounts): RunCounts {
  return {
    runs: one.runs + other.runs,
    goodRuns: one.goodRuns + other.goodRuns,
    goodSeconds: one.goodSeconds + other.goodSeconds,
  };
}
