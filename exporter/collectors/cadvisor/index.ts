import type { Collector } from '../../metrics/family.ts';
import { cpu } from './cpu.ts';
import { disk } from './disk.ts';
import { machine } from './machine.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { pressure } from './pressure.ts';
import { spec } from './spec.ts';
import { state } from './state.ts';
import { threads } from './threads.ts';

/** Every collector of `/metrics/cadvisor`, in the order of the exposition: what cAdvisor says of Docker's containers. */
export const cadvisorCollectors: readonly Collector[] = [
  state,
  spec,
  cpu,
  memory,
  network,
  disk,
  threads,
  pressure,
  machine,
];
