import { bind, type Collector } from '../../metrics/family.ts';
import { hostScope } from '../../metrics/scopes.ts';

/** The machine that the engine runs on. */
export const machine: Collector = {
  name: 'machine',
  families: bind(hostScope, [
    {
      name: 'machine_cpu_cores',
      type: 'gauge',
      unit: 'cores',
      help: 'Processors of the machine that the engine runs on.',
      read: (h) => h.engine?.cpus,
    },
    {
      name: 'machine_memory_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory of the machine that the engine runs on.',
      read: (h) => h.engine?.memoryBytes,
    },
  ]),
};
