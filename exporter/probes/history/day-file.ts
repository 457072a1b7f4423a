import { z } from 'zod';
import { type Day, dateOf, newHours, type ServiceDay } from './day.ts';

const VERSION = 1;
/** No date is later, and none of ours before 1970: pages could not tell it. */
const LAST_SECONDS = 8.64e12;
const column = z.array(z.number().min(0).max(1e9)).length(24);
const savedDay = z.object({
  version: z.literal(VERSION),
  date: z.string(),
  services: z.array(
    z.object({
      // Names of probes, containers and hosts: they are data here, and no part of a file's name (R62).
      id: z.string().min(1),
      runs: column,
      good: column,
      seconds: column,
      up: z.boolean(),
      since: z.number().min(0).max(LAST_SECONDS),
    }),
  ),
});

/** The text of a day's file. */
export function encodeDay({ number, services }: Day): string {
  const saved: z.input<typeof savedDay> = {
    version: VERSION,
    date: dateOf(number),
    services: [...services].map(([id, { hours, last }]) => ({
      id,
      runs: columnOf(hours, 0),
      good: columnOf(hours, 1),
      seconds: columnOf(hours, 2).map(toMicroseconds),
      up: last.isUp,
      since: last.sinceSeconds,
    })),
  };
  return JSON.stringify(saved);
}

/** Throws on what is no text of this day's file. */
export function parseDay(text: string, number: number): Day {
  const { date, services } = savedDay.parse(JSON.parse(text));
  if (date !== dateOf(number)) throw new Error(`of another day, ${date}`);
  return { number, services: new Map(services.map((service) => [service.id, serviceDay(service)])) };
}

function serviceDay({ id, runs, good, seconds, up, since }: SavedService): ServiceDay {
  if (good.some((count, hour) => count > (runs[hour] ?? 0))) throw new Error(`more good runs than runs of ${id}`);
  const hours = newHours();
  for (const [at, values] of [runs, good, seconds].entries())
    for (const [hour, value] of values.entries()) hours[hour * 3 + at] = value;
  return { hours, last: { isUp: up, sinceSeconds: since } };
}

type SavedService = z.output<typeof savedDay>['services'][number];

function columnOf(hours: Float32Array, at: number): number[] {
  return Array.from({ length: 24 }, (_, hour) => hours[hour * 3 + at] ?? 0);
}

/** Seventeen digits of a float say no more. */
function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
