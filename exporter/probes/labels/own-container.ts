import { readFileSync } from 'node:fs';
import type { KnownContainers } from '../../docker/known-containers.ts';

/** Which container we run in, if we run in one. */
export interface OwnContainer {
  /** Our id, where it is a container of that engine. */
  readonly idAmong: (known: Pick<KnownContainers, 'has' | 'all'>) => string | undefined;
}

export interface OwnContainerOptions {
  /** The folder of the kernel's files on ourselves: /proc/self */
  readonly procPath: string;
  readonly hostname: string;
}

/** What the kernel says of us is read once: a process does not change its container. */
export function createOwnContainer({ procPath, hostname }: OwnContainerOptions): OwnContainer {
  const ids = [...idsInMounts(readText(`${procPath}/mountinfo`)), ...idsInCgroups(readText(`${procPath}/cgroup`))];
  return {
    // A machine may be a container of another engine itself: an id is ours if this engine knows it.
    idAmong: (known) =>
      ids.find((id) => known.has(id)) ?? (ids.length === 0 ? idByHostname(hostname, known) : undefined),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not on Linux: then we run in no container.
    return '';
  }
}

/**
 * An engine mounts three files of each container's own folder. On a host the mounts of all its containers are seen, but none
 * of these in their places.
 */
export function idsInMounts(mountinfo: string): readonly string[] {
  const lines = mountinfo.split('\n').map((line) => line.split(' '));
  const roots = lines.flatMap(([, , , root = '', place = '']) =>
    /^\/etc\/(hostname|hosts|resolv\.conf)$/.test(place) ? [root] : [],
  );
  return distinct(roots.map((root) => /\/([0-9a-f]{64})\/(?:userdata\/)?[a-z.]+$/.exec(root)?.[1]));
}

/** `/docker/ID`, `/system.slice/docker-ID.scope`; of a container in a container the inner one is the last. */
export function idsInCgroups(cgroup: string): readonly string[] {
  return distinct(cgroup.split('\n').map((line) => [...line.matchAll(/[0-9a-f]{64}/g)].at(-1)?.[0]));
}

function distinct(found: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(found.filter((id) => id !== undefined))];
}

/** An engine's own choice of a name is the beginning of the id. */
function idByHostname(hostname: string, { all }: Pick<KnownContainers, 'all'>): string | undefined {
  if (!/^[0-9a-f]{12}$/.test(hostname)) return undefined;
  for (const { id } of all()) if (id.startsWith(hostname)) return id;
  return undefined;
}
