import { bind, type Collector } from '../../metrics/family.ts';
import type { ContainerLimits } from '../../model/container.ts';
import { cadvisorScope } from './scope.ts';

const MICROSECONDS = 1e6;

/** How a container was configured, and when it was made and started. */
export const spec: Collector = {
  name: 'spec',
  families: bind(cadvisorScope, [
    {
      name: 'container_spec_cpu_period',
      type: 'gauge',
      help: 'Period of the CPU quota in microseconds; absent without a quota.',
      read: (c) => microseconds(c.facts?.limits.cpuPeriodSeconds),
    },
    {
      name: 'container_spec_cpu_quota',
      type: 'gauge',
      help: 'Processor time that the container may use in one period, in microseconds; absent without a quota.',
      read: (c) => c.facts && microseconds(quotaSeconds(c.facts.limits)),
    },
    {
      name: 'container_spec_cpu_shares',
      type: 'gauge',
      help: 'Weight against other containers where processors are short, as configured; absent for the default.',
      read: (c) => c.facts?.limits.cpuShares,
    },
    {
      name: 'container_spec_memory_limit_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'The configured limit; 0 when there is none.',
      // Not unknown: facts tell that there is none, for which cAdvisor says 0, and rules compare with that.
      read: ({ facts }) => facts && (facts.limits.memoryBytes ?? 0),
    },
    {
      name: 'container_spec_memory_reservation_limit_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'The configured soft limit; 0 when there is none.',
      read: ({ facts }) => facts && (facts.limits.memoryReservationBytes ?? 0),
    },
    {
      name: 'container_creation_time_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: "When the container was created, by the engine's clock.",
      read: (c) => c.facts?.createdSeconds,
    },
    {
      name: 'container_start_time_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: "When the container was last started, by the engine's clock.",
      read: (c) => c.facts?.startedSeconds,
    },
  ]),
};

function quotaSeconds({ cpuQuotaCores, cpuPeriodSeconds }: ContainerLimits): number | undefined {
  return cpuQuotaCores === undefined || cpuPeriodSeconds === undefined ? undefined : cpuQuotaCores * cpuPeriodSeconds;
}

/** The unit in which the kernel and cAdvisor have them, which are whole numbers there. */
function microseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * MICROSECONDS);
}
