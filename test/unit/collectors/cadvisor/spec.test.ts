import { expect, test } from 'vitest';
import { spec } from '../../../../exporter/collectors/cadvisor/spec.ts';
import type { ContainerLimits } from '../../../../exporter/model/container.ts';
import { IDENTITY, toldOf, worldOf } from './bed.ts';

const toldWith = (limits: ContainerLimits) => toldOf(spec, worldOf({ facts: { state: 'running', limits } }));

test('limits are told as they were configured, quotas in microseconds', () => {
  expect(toldOf(spec)).toEqual([
    'container_spec_cpu_period 100000',
    'container_spec_cpu_quota 150000',
    'container_spec_cpu_shares 512',
    'container_spec_memory_limit_bytes 536870912',
    'container_spec_memory_reservation_limit_bytes 268435456',
    'container_creation_time_seconds 1758000000.123',
    'container_start_time_seconds 1758000001.5',
  ]);
});

test('a quota is a whole number in the period that it was given for', () => {
  expect(toldWith({ cpuQuotaCores: 0.3, cpuPeriodSeconds: 0.05 })).toEqual(
    expect.arrayContaining(['container_spec_cpu_period 50000', 'container_spec_cpu_quota 15000']),
  );
});

test('no memory limit is 0 as cAdvisor has it, and no quota is absent', () => {
  expect(toldWith({})).toEqual([
    'container_spec_memory_limit_bytes 0',
    'container_spec_memory_reservation_limit_bytes 0',
  ]);
});

test('R22: while nobody knows the limits, none is told', () => {
  const [host] = worldOf({}).hosts;
  const containers = [{ identity: IDENTITY, sample: { pids: { current: 1 } } }];
  expect(toldOf(spec, { hosts: host ? [{ ...host, containers }] : [] })).toEqual([]);
});
