import { expect, test } from 'vitest';
import { state } from '../../../../exporter/collectors/cadvisor/state.ts';
import type { HealthStatus } from '../../../../exporter/model/container.ts';
import { lifecycleOf } from '../one-host.ts';
import { IDENTITY, toldOf, worldOf } from './bed.ts';

const watched = { ...IDENTITY, infoLabels: { image: 'nginx', healthcheck: 'true' } };
const inHealth = (status: HealthStatus) =>
  worldOf({ identity: watched, facts: { state: 'running', limits: {}, health: { status, failingStreak: 0 } } });

test('a container that runs was seen when the containers of its host were looked at', () => {
  expect(toldOf(state)).toEqual([
    'container_last_seen 1758000042.5',
    'container_health_state 0',
    'container_oom_events_total 4',
  ]);
});

test.each<[HealthStatus, number]>([
  ['healthy', 1],
  ['starting', 0],
  ['unhealthy', 0],
])('the health of a container that is %s is %i', (status, value) => {
  expect(toldOf(state, inHealth(status))).toEqual([`container_health_state ${value}`]);
});

test('without a healthcheck health is -1', () => {
  expect(toldOf(state, worldOf({}))).toEqual(['container_health_state -1']);
});

test('R2: the health of a container that is paused is not known', () => {
  expect(toldOf(state, worldOf({ identity: watched, facts: { state: 'paused', limits: {} } }))).toEqual([]);
});

test("lacks of memory are counted of the container's own name, from 0", () => {
  const told = (lifecycle: ReturnType<typeof lifecycleOf>) =>
    toldOf(state, worldOf({ identity: watched }, { lifecycle }));
  expect(told(lifecycleOf({ oomEvents: 0 }))).toEqual(['container_oom_events_total 0']);
  expect(told(lifecycleOf({ oomEvents: 3, seriesLabels: { host: 'a', name: 'db' } }))).toEqual([]);
});
