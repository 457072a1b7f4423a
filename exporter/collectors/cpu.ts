import { bind, type Collector } from '../metrics/family.ts';
import { containerScope } from '../metrics/scopes.ts';
import type { ContainerSnapshot } from '../model/container.ts';

/** Processor time of a container, its limit, and how often it ran into it. */
export const cpu: Collector = {
  name: 'cpu',
  families: bind(containerScope, [
    {
      name: 'docker_container_cpu_usage_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Processor time used, over all cores.',
      read: (c) => c.sample?.cpu?.usageSeconds,
    },
    {
      name: 'docker_container_cpu_user_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Processor time used by the programs themselves.',
      read: (c) => c.sample?.cpu?.userSeconds,
    },
    {
      name: 'docker_container_cpu_system_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Processor time used by the kernel on behalf of the container.',
      read: (c) => c.sample?.cpu?.systemSeconds,
    },
    {
      name: 'docker_container_cpu_periods_total',
      type: 'counter',
      help: 'Periods of the CPU quota in which the container wanted to run; absent without a quota.',
      read: (c) => throttling(c)?.periods,
    },
    {
      name: 'docker_container_cpu_throttled_periods_total',
      type: 'counter',
      help: 'Periods in which the container used up its CPU quota; absent without a quota.',
      read: (c) => throttling(c)?.throttledPeriods,
    },
    {
      name: 'docker_container_cpu_throttled_seconds_total',
      type: 'counter',
      unit: 'seconds',
      help: 'Time for which processes had to wait for the next period of the CPU quota; absent without a quota.',
      read: (c) => throttling(c)?.throttledSeconds,
    },
    {
      name: 'docker_container_cpu_limit_cores',
      type: 'gauge',
      unit: 'cores',
      help: 'Cores the container may use: the smaller of its quota and its cpuset, absent when there is neither.',
      read: ({ facts }) => smallest(facts?.limits.cpuQuotaCores, facts?.limits.cpusetCores),
    },
  ]),
};

/** The kernel counts no periods without a quota; the engine then says 0. Nobody knows of a quota while it is down. */
export function throttling({ facts, sample }: ContainerSnapshot) {
  return facts !== undefined && facts.limits.cpuQuotaCores === undefined ? undefined : sample?.cpu?.throttling;
}

function smallest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
