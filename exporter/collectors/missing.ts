import { bind, type Collector } from '../metrics/family.ts';
import { expectationScope } from '../metrics/scopes.ts';

/** Containers that should run, and whether they do. */
export const missing: Collector = {
  name: 'missing',
  families: bind(expectationScope, [
    {
      name: 'docker_container_missing',
      type: 'gauge',
      help: 'Whether a container that the configuration or its labels expect to run does not; no other has this series.',
      read: (e) => Number(e.isMissing),
    },
  ]),
};
