import { expect, test } from 'vitest';
import { memory } from '../../../../exporter/collectors/cadvisor/memory.ts';
import { toldOf, worldOf } from './bed.ts';

test('memory is told in bytes, and page faults as cAdvisor counts them: all, and of these the major ones', () => {
  expect(toldOf(memory)).toEqual([
    'container_memory_usage_bytes 312475648',
    'container_memory_working_set_bytes 287309824',
    'container_memory_rss 201326592',
    'container_memory_cache 98304000',
    'container_memory_swap 1048576',
    'container_memory_max_usage_bytes 402653184',
    'container_memory_kernel_usage 7340032',
    'container_memory_failcnt 345',
    'container_memory_failures_total{failure_type="pgfault",scope="container"} 812387',
    'container_memory_failures_total{failure_type="pgmajfault",scope="container"} 42',
    'container_memory_failures_total{failure_type="pgfault",scope="hierarchy"} 812387',
    'container_memory_failures_total{failure_type="pgmajfault",scope="hierarchy"} 42',
  ]);
});

test('what a sample does not tell is absent, never 0', () => {
  const sample = { memory: { usageBytes: 5, majorFaults: 1 } };
  expect(toldOf(memory, worldOf({ sample }))).toEqual(['container_memory_usage_bytes 5']);
  expect(toldOf(memory, worldOf({}))).toEqual([]);
});
