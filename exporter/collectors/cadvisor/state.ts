import { bind, type Collector } from '../../metrics/family.ts';
import { type CadvisorContainer, cadvisorScope } from './scope.ts';

/** Whether a container is there, well, and had memory enough. */
export const state: Collector = {
  name: 'state',
  families: bind(cadvisorScope, [
    {
      name: 'container_last_seen',
      type: 'gauge',
      unit: 'seconds',
      help: 'When the container was looked at for this scrape, as Unix time by our clock; one that has ended has no series.',
      read: (c) => c.readAtSeconds,
    },
    {
      name: 'container_health_state',
      type: 'gauge',
      help: 'Health of a running container: 1 healthy, 0 starting or unhealthy, -1 without a healthcheck.',
      read: healthState,
    },
    {
      name: 'container_oom_events_total',
      type: 'counter',
      help: 'How often the kernel killed a process of the container for lack of memory; counts on over its restarts, and when it is recreated under its name.',
      read: (c) => c.lifecycle?.oomEvents,
    },
  ]),
};

/** Of a container that is paused, or of an engine that is down, nobody knows. */
function healthState({ identity, facts }: CadvisorContainer): number | undefined {
  if (facts?.health !== undefined) return Number(facts.health.status === 'healthy');
  return identity.infoLabels['healthcheck'] === 'false' ? -1 : undefined;
}
