import { bind, type Collector } from '../../metrics/family.ts';
import { cadvisorScope } from './scope.ts';

/**
 * The kernel's counter of tasks, which cAdvisor calls threads; its container_processes counts a file that is not read
 * here.
 */
export const threads: Collector = {
  name: 'threads',
  families: bind(cadvisorScope, [
    {
      name: 'container_threads',
      type: 'gauge',
      help: 'Threads in the container: a process has at least one.',
      read: (c) => c.sample?.pids?.current,
    },
    {
      name: 'container_threads_max',
      type: 'gauge',
      help: 'Threads that the container may have: the effective limit, absent when there is none.',
      // As docker_container_pids_limit (R27).
      read: (c) => c.sample?.pids?.limit ?? c.facts?.limits.pids,
    },
  ]),
};
