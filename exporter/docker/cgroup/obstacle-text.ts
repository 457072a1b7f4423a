import type { Obstacle } from './read-container.ts';

/** What to do about it, in the words of a compose file, for a host whose engine is on this machine. */
export function remedyOf(obstacle: Obstacle): string {
  switch (obstacle) {
    case 'no-process':
      return "the machine's processes are not seen; volumes: ['/proc:/host/proc:ro', '/sys/fs/cgroup:/host/sys/fs/cgroup:ro'], environment: { HARBORLIGHT_PATHS_PROC: /host/proc, HARBORLIGHT_PATHS_CGROUP: /host/sys/fs/cgroup }; where /proc is mounted with hidepid=2: group_add: the group of its gid=";
    case 'no-cgroup':
      return "the machine's control groups are not seen; volumes: ['/sys/fs/cgroup:/host/sys/fs/cgroup:ro'], environment: { HARBORLIGHT_PATHS_CGROUP: /host/sys/fs/cgroup }";
    case 'denied':
      return "/proc may not be read; with hidepid: group_add: the group of its gid=; with SELinux: security_opt: ['label=disable']";
  }
}
