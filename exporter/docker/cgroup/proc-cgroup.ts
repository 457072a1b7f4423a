/** Where one hierarchy has a container, as its process sees it. */
export interface CgroupPath {
  /** Of cgroup v1; empty for the unified hierarchy. */
  readonly controllers: readonly string[];
  /** Without what stands below the container's own group. May begin with `..`: seen from another group (R47). */
  readonly path: string;
}

/**
 * `/proc/PID/cgroup`: `4:memory:/docker/ID`, `0::/system.slice/docker-ID.scope`. Only lines that name the container: they
 * prove that the process is its own; none where a pid was given to somebody else, or means another process here.
 */
export function parseProcCgroup(text: string, id: string): readonly CgroupPath[] {
  return text.split('\n').flatMap((line) => {
    // Controllers may be named (`name=systemd`); the path may hold a colon.
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    const path = cutBelow(match?.[2] ?? '', id);
    if (match === null || path === undefined) return [];
    const controllers = (match[1] ?? '').split(',').filter((name) => name !== '');
    return [{ controllers, path }];
  });
}

/** Of a process that has ended, and whose group is gone already. */
const GONE = ' (deleted)';

/** A container that runs systemd has its first process in a group of its own groups; Podman makes one more. */
function cutBelow(path: string, id: string): string | undefined {
  const at = path.indexOf(id);
  if (at === -1 || path.endsWith(GONE)) return undefined;
  const end = path.indexOf('/', at);
  return end === -1 ? path : path.slice(0, end);
}
