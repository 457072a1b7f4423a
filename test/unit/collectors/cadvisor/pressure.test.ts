import { expect, test } from 'vitest';
import { pressure } from '../../../../exporter/collectors/cadvisor/pressure.ts';
import { toldOf, worldOf } from './bed.ts';

test('waiting is told of at least one task, stalled of all of them', () => {
  expect(toldOf(pressure)).toEqual([
    'container_pressure_cpu_waiting_seconds_total 12.345678',
    'container_pressure_memory_waiting_seconds_total 0.25',
    'container_pressure_io_waiting_seconds_total 3.75',
    'container_pressure_cpu_stalled_seconds_total 1.5',
    'container_pressure_memory_stalled_seconds_total 0.125',
    'container_pressure_io_stalled_seconds_total 3.5',
  ]);
});

test('what a kernel does not tell is absent', () => {
  const sample = { pressure: { cpu: { waitingSeconds: 1 } } };
  expect(toldOf(pressure, worldOf({ sample }))).toEqual(['container_pressure_cpu_waiting_seconds_total 1']);
});
