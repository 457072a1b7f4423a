import { bind, type Collector } from '../../metrics/family.ts';
import { throttling } from '../cpu.ts';
import { cadvisorScope } from './scope.ts';

/** Processor time, and how often the quota was used up. */
export const cpu: Collector = {
  name: 'cpu',
  families: bind(cadvisorScope, [
    {
      name: 'container_cpu_usage_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Processor time used, over all cores.',
      labels: ['cpu'],
      // One series a core is cAdvisor's on cgroup v1 only, and not by default.
      read: ({ sample }) => sample?.cpu && [[{ cpu: 'total' }, sample.cpu.usageSeconds]],
    },
    {
      name: 'container_cpu_user_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Processor time used by the programs themselves.',
      read: (c) => c.sample?.cpu?.userSeconds,
    },
    {
      name: 'container_cpu_system_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Processor time used by the kernel on behalf of the container.',
      read: (c) => c.sample?.cpu?.systemSeconds,
    },
    {
      name: 'container_cpu_cfs_periods_total',
      type: 'counter',
      help: 'Periods of the CPU quota in which the container wanted to run; absent without a quota.',
      read: (c) => throttling(c)?.periods,
    },
    {
      name: 'container_cpu_cfs_throttled_periods_total',
      type: 'counter',
      help: 'Periods in which the container used up its CPU quota; absent without a quota.',
      read: (c) => throttling(c)?.throttledPeriods,
    },
    {
      name: 'container_cpu_cfs_throttled_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Time for which processes had to wait for the next period of the CPU quota; absent without a quota.',
      read: (c) => throttling(c)?.throttledSeconds,
    },
  ]),
};
