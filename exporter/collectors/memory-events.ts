import { bind, type Collector, type Reading } from '../metrics/family.ts';
import { oneLabel } from '../metrics/one-label.ts';
import { containerScope } from '../metrics/scopes.ts';
import type { Labels } from '../model/labels.ts';
import type { MemoryEvents } from '../model/sample.ts';

const EVENTS = [
  ['low', 'low'],
  ['high', 'high'],
  ['max', 'max'],
  ['oom', 'oom'],
  ['oom_kill', 'oomKill'],
] as const satisfies readonly (readonly [event: string, key: keyof MemoryEvents])[];

const ofEvent = oneLabel('event');

/** What the kernel did about memory that was short; gone with the container, so alerts use docker_container_oom_events_total (R33). */
export const memoryEvents: Collector = {
  name: 'memory_events',
  families: bind(containerScope, [
    {
      name: 'docker_container_memory_events_total',
      type: 'counter',
      help: "How often the container's memory reached a limit, and what came of it, since its start; cgroup v1 tells max and oom_kill.",
      labels: ['event'],
      read: (c) => read(c.sample?.memory?.events),
    },
  ]),
};

function read(events: MemoryEvents | undefined): Reading {
  if (events === undefined) return undefined;
  const readings: (readonly [Labels, number])[] = [];
  // Without a list for each event, as most of them are not told.
  EVENTS.forEach(([event, key]) => {
    const count = events[key];
    if (count !== undefined) readings.push([ofEvent(event), count]);
  });
  return readings;
}
