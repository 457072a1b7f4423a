import { bind, type Collector } from '../metrics/family.ts';
import { lifecycleScope } from '../metrics/scopes.ts';

/** Containers whose memory ran out. */
export const oom: Collector = {
  name: 'oom',
  families: bind(lifecycleScope, [
    {
      name: 'docker_container_oom_events_total',
      type: 'counter',
      help: 'How often the kernel killed a process of the container for lack of memory, whether that ended the container or not.',
      read: (c) => c.oomEvents,
      createdSeconds: (c) => c.sinceSeconds,
    },
  ]),
};
