import { bind, type Collector } from '../metrics/family.ts';
import { containerScope } from '../metrics/scopes.ts';

/** Processes of a container. */
export const pids: Collector = {
  name: 'pids',
  families: bind(containerScope, [
    {
      name: 'docker_container_pids',
      type: 'gauge',
      help: 'Processes and threads in the container.',
      read: (c) => c.sample?.pids?.current,
    },
    {
      name: 'docker_container_pids_limit',
      type: 'gauge',
      help: 'Processes and threads the container may have: the effective limit, absent when there is none.',
      // R27: the service manager may set one that HostConfig does not show. Podman's samples know none at all.
      read: (c) => c.sample?.pids?.limit ?? c.facts?.limits.pids,
    },
  ]),
};
