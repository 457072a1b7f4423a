import type { ServiceStatus, StatusReport, WindowStatus } from '../../model/status.ts';
import { isoTime } from './texts.ts';

/**
 * The same as the page tells, for programs. Yields between services. Names stay; what is not known is absent. Times are RFC 3339 in UTC, ratios
 * from 0 to 1, durations in seconds:
 * `{ title, updated, state: up|degraded|down|unknown, counts: { up, down, unknown }, services: [{ id, name, group,
 * state: up|down|unknown, since, availability_ratio: { 24h, 7d, 30d }, response_seconds: { 24h, 7d, 30d },
 * days: [{ date, availability_ratio }], badge }] }`
 */
export function* renderStatusJson(report: StatusReport): Generator<undefined, string> {
  const { title, atSeconds, state, counts, groups } = report;
  const services: string[] = [];
  for (const group of groups) {
    for (const service of group.services) {
      services.push(JSON.stringify(encodeService(group.name, service)));
      yield;
    }
  }
  const head = JSON.stringify({ title, updated: isoTime(atSeconds), state, counts });
  return `${head.slice(0, -1)},"services":[${services.join(',')}]}\n`;
}

function encodeService(group: string, { id, name, state, sinceSeconds, windows, days }: ServiceStatus) {
  const pick = (key: keyof WindowStatus) =>
    Object.fromEntries(Object.entries(windows).flatMap(([window, status]) => keep(window, status[key])));
  return {
    id,
    name,
    group,
    state,
    ...(sinceSeconds !== undefined && { since: isoTime(sinceSeconds) }),
    availability_ratio: pick('availabilityRatio'),
    response_seconds: pick('responseSeconds'),
    days: days.flatMap(({ date, availabilityRatio }) =>
      availabilityRatio === undefined ? [] : { date, availability_ratio: round(availabilityRatio) },
    ),
    badge: `/status/badge/${encodeURIComponent(id)}.svg`,
  };
}

function keep(key: string, value: number | undefined): readonly [string, number][] {
  return value === undefined ? [] : [[key, round(value)]];
}

/** A millionth is a thirtieth of a second in a day. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
