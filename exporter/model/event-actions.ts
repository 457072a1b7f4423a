/**
 * What docker_events_total tells apart: every action an engine is known to have, by type. All others count as
 * "other", of a type that is not listed as type "other" too.
 */
export const EVENT_ACTIONS = {
  container: [
    'attach',
    'commit',
    'copy',
    'create',
    'destroy',
    'detach',
    'die',
    'exec_create',
    'exec_detach',
    'exec_die',
    'exec_start',
    'export',
    'health_status',
    'kill',
    'oom',
    'pause',
    'prune',
    'rename',
    'resize',
    'restart',
    'start',
    'stop',
    'top',
    'unpause',
    'update',
    'other',
  ],
  image: ['create', 'delete', 'import', 'load', 'prune', 'pull', 'push', 'save', 'tag', 'untag', 'other'],
  network: ['connect', 'create', 'destroy', 'disconnect', 'prune', 'remove', 'update', 'other'],
  volume: ['create', 'destroy', 'mount', 'prune', 'unmount', 'other'],
  daemon: ['reload', 'other'],
  other: ['other'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
