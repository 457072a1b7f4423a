import { expect, test } from 'vitest';
import { oom } from '../../../exporter/collectors/oom.ts';
import { lifecycleOf, samplesOf } from './one-host.ts';

test('a lack of memory is counted whether the container ended or not', () => {
  expect(samplesOf(oom, { lifecycle: lifecycleOf({ oomEvents: 2 }) })).toEqual([
    'docker_container_oom_events_total{host="a",name="web"} 2',
  ]);
});

test('it says in OpenMetrics since when it counts', () => {
  expect(samplesOf(oom, { lifecycle: lifecycleOf({}) }, 'openmetrics')).toContain(
    'docker_container_oom_events_created{host="a",name="web"} 20',
  );
});
