import { expect, test } from 'vitest';
import { missing } from '../../../exporter/collectors/missing.ts';
import { samplesOf } from './one-host.ts';

test('each container that is expected is missing or not', () => {
  const expectations = [
    { seriesLabels: { host: 'a', name: 'db' }, isMissing: true },
    { seriesLabels: { host: 'a', name: 'web', compose_project: 'shop', compose_service: 'web' }, isMissing: false },
  ];
  expect(samplesOf(missing, { expectations })).toEqual([
    'docker_container_missing{host="a",name="db"} 1',
    'docker_container_missing{host="a",name="web",compose_project="shop",compose_service="web"} 0',
  ]);
});

test('nobody knows what is missing while the engine is down', () => {
  expect(samplesOf(missing, { outcome: { ok: false, reason: 'unreachable' } })).toEqual([]);
});
