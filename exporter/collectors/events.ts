import { bind, type Collector } from '../metrics/family.ts';
import { hostScope } from '../metrics/scopes.ts';

/** The engine's event stream. */
export const events: Collector = {
  name: 'events',
  families: bind(hostScope, [
    {
      name: 'docker_events_total',
      type: 'counter',
      help: 'Events of the engine, each counted once; actions that are not listed count as other.',
      labels: ['type', 'action'],
      read: (h) => h.events.totals?.counts.map(([type, action, count]) => [{ type, action }, count] as const),
      createdSeconds: (h) => h.events.totals?.sinceSeconds,
    },
    {
      name: 'docker_event_stream_up',
      type: 'gauge',
      help: "Whether the engine's events are being followed.",
      read: (h) => Number(h.events.up),
    },
    {
      name: 'docker_event_last_timestamp_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: "When the newest event happened, by the engine's clock.",
      read: (h) => h.events.lastEventSeconds,
    },
    {
      name: 'docker_event_stream_reconnects_total',
      type: 'counter',
      help: 'How often the stream ended and was opened again; behind a proxy with a time limit this is nothing special.',
      read: (h) => h.events.totals?.reconnects,
      createdSeconds: (h) => h.events.totals?.sinceSeconds,
    },
    {
      name: 'docker_event_gaps_total',
      type: 'counter',
      help: 'How often events may have been lost: they were not replayed, did not come, or were not understood.',
      read: (h) => h.events.totals?.gaps,
      createdSeconds: (h) => h.events.totals?.sinceSeconds,
    },
  ]),
};
