import { bind, type Collector, type Reading } from '../../metrics/family.ts';
import type { MemorySample } from '../../model/sample.ts';
import { cadvisorScope } from './scope.ts';

/** Memory; its limits are in `spec`. */
export const memory: Collector = {
  name: 'memory',
  families: bind(cadvisorScope, [
    {
      name: 'container_memory_usage_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory charged to the container, page cache included.',
      read: (c) => c.sample?.memory?.usageBytes,
    },
    {
      name: 'container_memory_working_set_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory that cannot be taken back at once: usage without inactive page cache.',
      read: (c) => c.sample?.memory?.workingSetBytes,
    },
    {
      name: 'container_memory_rss',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory that belongs to no file: heap, stacks, anonymous maps.',
      read: (c) => c.sample?.memory?.rssBytes,
    },
    {
      name: 'container_memory_cache',
      type: 'gauge',
      unit: 'bytes',
      help: 'Page cache charged to the container, tmpfs and shared memory included.',
      read: (c) => c.sample?.memory?.cacheBytes,
    },
    {
      name: 'container_memory_swap',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory of the container that is swapped out.',
      read: (c) => c.sample?.memory?.swapBytes,
    },
    {
      name: 'container_memory_max_usage_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'The most that was ever charged to the container since its start.',
      read: (c) => c.sample?.memory?.peakBytes,
    },
    {
      name: 'container_memory_kernel_usage',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory that the kernel holds for the container: stacks, page tables, slabs.',
      read: (c) => c.sample?.memory?.kernelBytes,
    },
    {
      name: 'container_memory_failcnt',
      type: 'counter',
      help: "How often the container's memory reached its limit since its start; only from the kernel's files.",
      read: (c) => c.sample?.memory?.events?.max,
    },
    {
      name: 'container_memory_failures_total',
      type: 'counter',
      help: 'Page faults: pgmajfault those that had to wait for a disk, pgfault all of them; both scopes tell the same.',
      labels: ['failure_type', 'scope'],
      read: (c) => failures(c.sample?.memory),
    },
  ]),
};

/** cAdvisor has no figure without the groups below the container's either, and says the same of both. */
const SCOPES = ['container', 'hierarchy'];

function failures(memory: MemorySample | undefined): Reading {
  if (memory?.minorFaults === undefined || memory.majorFaults === undefined) return undefined;
  const faults = { pgfault: memory.minorFaults + memory.majorFaults, pgmajfault: memory.majorFaults };
  return SCOPES.flatMap((scope) =>
    Object.entries(faults).map(([failureType, count]) => [{ failure_type: failureType, scope }, count] as const),
  );
}
