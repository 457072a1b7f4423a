import { bind, type Collector } from '../metrics/family.ts';
import { containerScope, lifecycleScope } from '../metrics/scopes.ts';

/** What restart policies do. */
export const restarts: Collector = {
  name: 'restarts',
  families: [
    ...bind(lifecycleScope, [
      {
        name: 'docker_container_restarts_total',
        type: 'counter',
        help: 'Restarts by the restart policy, not by hand; a recreated container counts on where the last one ended.',
        read: (c) => c.restarts,
        createdSeconds: (c) => c.sinceSeconds,
      },
      {
        name: 'docker_container_restart_given_up',
        type: 'gauge',
        help: 'Whether an on-failure policy has used up its restarts; absent for policies without a limit.',
        read: (c) => (c.hasGivenUp === undefined ? undefined : Number(c.hasGivenUp)),
      },
    ]),
    ...bind(containerScope, [
      {
        name: 'docker_container_engine_restarts',
        type: 'gauge',
        help: 'Restarts by the restart policy as the engine counts them: back to 0 at a start by hand.',
        read: (c) => c.facts?.engineRestarts,
      },
    ]),
  ],
};
