import { bind, type Collector } from '../metrics/family.ts';
import { containerScope } from '../metrics/scopes.ts';

/** Memory of a container and its limits. */
export const memory: Collector = {
  name: 'memory',
  families: bind(containerScope, [
    {
      name: 'docker_container_memory_usage_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory charged to the container, page cache included.',
      read: (c) => c.sample?.memory?.usageBytes,
    },
    {
      name: 'docker_container_memory_working_set_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory that cannot be taken back at once: usage without inactive page cache, as docker stats shows it.',
      read: (c) => c.sample?.memory?.workingSetBytes,
    },
    {
      name: 'docker_container_memory_rss_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory that belongs to no file: heap, stacks, anonymous maps.',
      read: (c) => c.sample?.memory?.rssBytes,
    },
    {
      name: 'docker_container_memory_cache_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Page cache charged to the container, tmpfs and shared memory included.',
      read: (c) => c.sample?.memory?.cacheBytes,
    },
    {
      name: 'docker_container_memory_limit_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'The configured limit; absent when there is none.',
      read: (c) => c.facts?.limits.memoryBytes,
    },
    {
      name: 'docker_container_memory_reservation_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'The configured soft limit; absent when there is none.',
      read: (c) => c.facts?.limits.memoryReservationBytes,
    },
  ]),
};
