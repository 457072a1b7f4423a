import { bind, type Collector } from '../metrics/family.ts';
import { oneLabel } from '../metrics/one-label.ts';
import { containerScope } from '../metrics/scopes.ts';
import { HEALTH_STATUSES } from '../model/container.ts';

const withStatus = oneLabel('status');

/** What the engine's health checks say of running containers that have one. */
export const health: Collector = {
  name: 'health',
  families: bind(containerScope, [
    {
      name: 'docker_container_health',
      type: 'gauge',
      help: 'Health of a running container with a healthcheck: 1 for its present status.',
      labels: ['status'],
      read: ({ facts }) =>
        facts?.health &&
        HEALTH_STATUSES.map((status) => [withStatus(status), Number(facts.health?.status === status)] as const),
    },
    {
      name: 'docker_container_health_failing_streak',
      type: 'gauge',
      help: 'Checks that failed since the last good one.',
      read: (c) => c.facts?.health?.failingStreak,
    },
    {
      name: 'docker_container_health_check_duration_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: 'What the last check took.',
      read: (c) => c.facts?.health?.lastCheck?.durationSeconds,
    },
    {
      name: 'docker_container_health_check_exit_code',
      type: 'gauge',
      help: 'Exit code of the last check; -1 when it ran out of time.',
      read: (c) => c.facts?.health?.lastCheck?.exitCode,
    },
    {
      name: 'docker_container_health_check_timestamp_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: "When the last check began, by the engine's clock.",
      read: (c) => c.facts?.health?.lastCheck?.startSeconds,
    },
  ]),
};
