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
  return parseLines(text).flatMap(({ controllers, path: seen }) => {
    const path = cutBelow(seen, id);
    return path === undefined ? [] : [{ controllers, path }];
  });
}

/** How engines call the group of a container, whose parent may be anywhere. */
const GROUP_NAMES = [(id: string) => `docker-${id}.scope`, (id: string) => id, (id: string) => `libpod-${id}.scope`];

/**
 * For a process in the groups that our own cgroup namespace begins at, which it shows as `/`: where they may be for others,
 * if they are a container's.
 */
export function guessOwnPaths(text: string, id: string): readonly (readonly CgroupPath[])[] {
  const ours = parseLines(text).filter(({ path }) => path === '/');
  return ours.length === 0 ? [] : GROUP_NAMES.map((nameOf) => ours.map((one) => ({ ...one, path: `/${nameOf(id)}` })));
}

function parseLines(text: string): readonly CgroupPath[] {
  return text.split('\n').flatMap((line) => {
    // Controllers may be named (`name=systemd`); the path may hold a colon.
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    const [, names = '', path = ''] = match ?? [];
    return match === null ? [] : [{ controllers: names.split(',').filter((name) => name !== ''), path }];
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
