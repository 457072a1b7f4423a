import { bind, type Collector } from '../metrics/family.ts';
import { oneLabel } from '../metrics/one-label.ts';
import { containerScope } from '../metrics/scopes.ts';
import { CONTAINER_STATES } from '../model/container.ts';

const inState = oneLabel('state');
/** By the state that it is in: there are no others to tell, and nothing is to be made anew for each container. */
const STATES = new Map(
  CONTAINER_STATES.map((present) => [
    present,
    CONTAINER_STATES.map((state) => [inState(state), Number(state === present)] as const),
  ]),
);

/** What a container is, in which state, and since when. */
export const state: Collector = {
  name: 'state',
  families: bind(containerScope, [
    {
      name: 'docker_container_info',
      type: 'info',
      help: 'What changes with each deploy; join it on (job, instance, host, name).',
      labels: [
        'id',
        'image',
        'image_id',
        'restart_policy',
        'network_mode',
        'healthcheck',
        'expected',
        'tags',
        'task',
        'label_*',
      ],
      read: (c) => c.facts && [[c.identity.infoLabels, 1]],
    },
    {
      name: 'docker_container_state',
      type: 'gauge',
      help: 'The state of the container: 1 for the one it is in.',
      labels: ['state'],
      read: ({ facts }) => facts && STATES.get(facts.state),
    },
    {
      name: 'docker_container_created_timestamp_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: "When the container was created, by the engine's clock.",
      read: (c) => c.facts?.createdSeconds,
    },
    {
      name: 'docker_container_start_time_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: "When the container was last started, by the engine's clock; absent before the first start.",
      read: (c) => c.facts?.startedSeconds,
    },
    {
      name: 'docker_container_finish_time_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: "When the container last ended, by the engine's clock; absent before the first end.",
      read: (c) => c.facts?.finishedSeconds,
    },
    {
      name: 'docker_container_exit_code',
      type: 'gauge',
      help: 'Exit code of the last run; only while exited, dead or restarting.',
      read: (c) => c.facts?.exitCode,
    },
  ]),
};
