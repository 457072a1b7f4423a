import { bind, type Collector } from '../../metrics/family.ts';
import { cadvisorScope } from './scope.ts';

/** What the container lacks, as the kernel's pressure stall information has it: on cgroup v2, and where v1 has a unified hierarchy beside (R32). */
export const pressure: Collector = {
  name: 'pressure',
  families: bind(cadvisorScope, [
    {
      name: 'container_pressure_cpu_waiting_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Time in which at least one task of the container waited for a processor.',
      read: (c) => c.sample?.pressure?.cpu?.waitingSeconds,
    },
    {
      name: 'container_pressure_memory_waiting_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Time in which at least one task of the container waited for memory.',
      read: (c) => c.sample?.pressure?.memory?.waitingSeconds,
    },
    {
      name: 'container_pressure_io_waiting_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Time in which at least one task of the container waited for a disk.',
      read: (c) => c.sample?.pressure?.io?.waitingSeconds,
    },
    {
      name: 'container_pressure_cpu_stalled_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Time in which all tasks of the container that had something to do waited for a processor.',
      read: (c) => c.sample?.pressure?.cpu?.stalledSeconds,
    },
    {
      name: 'container_pressure_memory_stalled_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Time in which all tasks of the container that had something to do waited for memory.',
      read: (c) => c.sample?.pressure?.memory?.stalledSeconds,
    },
    {
      name: 'container_pressure_io_stalled_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Time in which all tasks of the container that had something to do waited for a disk.',
      read: (c) => c.sample?.pressure?.io?.stalledSeconds,
    },
  ]),
};
