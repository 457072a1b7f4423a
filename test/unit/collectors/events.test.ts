import { expect, test } from 'vitest';
import { events } from '../../../exporter/collectors/events.ts';
import { samplesOf } from './one-host.ts';

const totals = { sinceSeconds: 10, reconnects: 2, gaps: 1, counts: [['container', 'die', 3]] } as const;

test('what is counted of the events says in OpenMetrics since when', () => {
  expect(samplesOf(events, { events: { up: true, lastEventSeconds: 30, totals } }, 'openmetrics')).toEqual([
    'docker_events_total{host="a",type="container",action="die"} 3',
    'docker_events_created{host="a",type="container",action="die"} 10',
    'docker_event_stream_up{host="a"} 1',
    'docker_event_last_timestamp_seconds{host="a"} 30',
    'docker_event_stream_reconnects_total{host="a"} 2',
    'docker_event_stream_reconnects_created{host="a"} 10',
    'docker_event_gaps_total{host="a"} 1',
    'docker_event_gaps_created{host="a"} 10',
  ]);
});

test('nothing is counted before it is known what was counted before', () => {
  expect(samplesOf(events, { events: { up: false } })).toEqual(['docker_event_stream_up{host="a"} 0']);
});
