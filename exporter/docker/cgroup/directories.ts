import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CgroupPath } from './proc-cgroup.ts';

/** Directories of one container: of the unified hierarchy, and of each controller of cgroup v1. */
export interface CgroupDirectories {
  /** From the root of the hierarchy as it is mounted here. */
  readonly path: string;
  readonly unified?: string;
  readonly controllers: ReadonlyMap<string, string>;
}

/** Where hierarchies are mounted: one of cgroup v2, or a folder for each of v1, perhaps with v2 beside them. */
export type FindDirectories = (paths: readonly CgroupPath[]) => CgroupDirectories | undefined;

/** On a machine with so many groups, one that is seen from elsewhere is looked for no further: each holds us 0.05 ms. */
const MAX_SEARCHED = 400;
const MAX_DEPTH = 8;
/** After one that was looked for in vain none is for so long: the next may be as hidden. */
const VAIN_MS = 60_000;
/** Of cgroup v1; nothing is read from the others. */
const READ = new Set(['blkio', 'cpu', 'cpuacct', 'memory', 'pids']);

/**
 * Finds groups below `root`, which is where this machine has its cgroup file system. A path counts from the root of the
 * namespace of who reads it, a mount from wherever it was made: they agree on a machine; in a container neither may
 * be what the other means, and only the last part of a path, which holds the container's id, is sure.
 */
export function createFindDirectories(root: string, nowMs: () => number): FindDirectories {
  const found = new Map<string, Set<string>>();
  let vainUntilMs = Number.NEGATIVE_INFINITY;
  const find = (hierarchy: string, path: string): string | undefined => {
    const known = found.get(hierarchy) ?? new Set<string>();
    found.set(hierarchy, known);
    const parts = path.split('/').filter((part) => part !== '' && part !== '..');
    const name = parts.at(-1) ?? '';
    // From the longest: two engines may have groups of the same name only at different places.
    for (let from = 0; from < parts.length; from++) {
      const parent = parts.slice(from, -1).join('/');
      if (existsSync(join(hierarchy, parent, name))) return join(parent, name);
    }
    for (const parent of known) if (existsSync(join(hierarchy, parent, name))) return join(parent, name);
    if (vainUntilMs > nowMs()) return undefined;
    const parent = search(hierarchy, name);
    if (parent === undefined) vainUntilMs = nowMs() + VAIN_MS;
    else known.add(parent);
    return parent === undefined ? undefined : join(parent, name);
  };
  return (paths) => {
    const directories = new Map<string, string>();
    let unified: string | undefined;
    let path: string | undefined;
    for (const { controllers, path: seen } of paths) {
      for (const hierarchy of hierarchiesOf(root, controllers)) {
        const place = find(hierarchy, seen);
        if (place === undefined) continue;
        path ??= `/${place}`;
        if (controllers.length === 0) unified = join(hierarchy, place);
        for (const controller of controllers) directories.set(controller, join(hierarchy, place));
      }
    }
    if (path === undefined) return undefined;
    return { path, ...(unified !== undefined && { unified }), controllers: directories };
  };
}

/** At most one: v1's folders are called after their controllers, `cpu,cpuacct` mostly with a link for each. */
function hierarchiesOf(root: string, controllers: readonly string[]): readonly string[] {
  if (controllers.length === 0) {
    const isUnified = existsSync(join(root, 'cgroup.controllers'));
    return [isUnified ? root : join(root, 'unified')].filter(existsSync);
  }
  if (!controllers.some((name) => READ.has(name))) return [];
  const names = [controllers.join(','), controllers.toReversed().join(','), ...controllers];
  return names
    .map((name) => join(root, name))
    .filter(existsSync)
    .slice(0, 1);
}

/** The directory, from the root of the hierarchy, that has one of this name; breadth first, for engines are near the root. */
function search(hierarchy: string, name: string): string | undefined {
  let level = [''];
  for (let depth = 0, searched = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const parent of level) {
      if (++searched > MAX_SEARCHED) return undefined;
      for (const child of foldersOf(join(hierarchy, parent))) {
        if (child === name) return parent;
        next.push(join(parent, child));
      }
    }
    level = next;
  }
  return undefined;
}

function foldersOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter(isFolder)
      .map(({ name }) => name);
  } catch {
    // It went meanwhile, or is not for us.
    return [];
  }
}

function isFolder(entry: Dirent): boolean {
  return entry.isDirectory();
}
