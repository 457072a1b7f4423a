import { expect, test } from 'vitest';
import { cpu } from '../../../../exporter/collectors/cadvisor/cpu.ts';
import { IDENTITY, toldOf, worldOf } from './bed.ts';

const sample = { cpu: { usageSeconds: 3, throttling: { periods: 9, throttledPeriods: 2, throttledSeconds: 0.5 } } };

test('processor time is told over all cores, in seconds', () => {
  expect(toldOf(cpu)).toEqual([
    'container_cpu_usage_seconds_total{cpu="total"} 1234.567891',
    'container_cpu_user_seconds_total 1000.25',
    'container_cpu_system_seconds_total 234.317891',
    'container_cpu_cfs_periods_total 5000',
    'container_cpu_cfs_throttled_periods_total 120',
    'container_cpu_cfs_throttled_seconds_total 6.75',
  ]);
});

test('without a quota there are no periods, whatever the engine answers', () => {
  expect(toldOf(cpu, worldOf({ sample }))).toEqual(['container_cpu_usage_seconds_total{cpu="total"} 3']);
});

test('R22: of an engine that is down the periods are told that the kernel counts', () => {
  const [host] = worldOf({}).hosts;
  const world = { hosts: host ? [{ ...host, containers: [{ identity: IDENTITY, sample }] }] : [] };
  expect(toldOf(cpu, world)).toContain('container_cpu_cfs_throttled_periods_total 2');
});

test('without a sample nothing is told', () => {
  expect(toldOf(cpu, worldOf({}))).toEqual([]);
});
