import { bind, type Collector } from '../metrics/family.ts';
import { oneLabel } from '../metrics/one-label.ts';
import { containerScope } from '../metrics/scopes.ts';
import type { MemorySample } from '../model/sample.ts';

const ofType = oneLabel('type');

/** What is looked at when a container's memory is a riddle; each as far as the cgroup version has it. */
export const memoryDetail: Collector = {
  name: 'memory_detail',
  families: bind(containerScope, [
    {
      name: 'docker_container_memory_kernel_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory that the kernel holds for the container: stacks, page tables, slabs.',
      read: (c) => c.sample?.memory?.kernelBytes,
    },
    {
      name: 'docker_container_memory_swap_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory of the container that is swapped out.',
      read: (c) => c.sample?.memory?.swapBytes,
    },
    {
      name: 'docker_container_memory_peak_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'The most that was ever charged to the container since its start.',
      read: (c) => c.sample?.memory?.peakBytes,
    },
    {
      name: 'docker_container_memory_page_faults_total',
      type: 'counter',
      help: 'Page faults; major ones had to wait for a disk.',
      labels: ['type'],
      read: (c) => faults(c.sample?.memory),
    },
  ]),
};

function faults(memory: MemorySample | undefined) {
  if (memory?.minorFaults === undefined || memory.majorFaults === undefined) return undefined;
  return [
    [ofType('minor'), memory.minorFaults],
    [ofType('major'), memory.majorFaults],
  ] as const;
}
