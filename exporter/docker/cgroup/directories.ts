import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createFolderSearch, type FolderSearch } from './folder-search.ts';
import type { CgroupPath } from './proc-cgroup.ts';

/** Directories of one container: of the unified hierarchy, and of each controller of cgroup v1. */
export interface CgroupDirectories {
  /** From the root of the hierarchy as it is mounted here. */
  readonly path: string;
  readonly unified?: string;
  readonly controllers: ReadonlyMap<string, string>;
}

/**
 * Where hierarchies are mounted: one of cgroup v2, or a folder for each of v1, perhaps with v2 beside them. To search them all
 * takes too long for one turn of the event loop: the next call goes on with it, whosever groups it asks for.
 */
export type FindDirectories = (paths: readonly CgroupPath[]) => CgroupDirectories | 'searching' | undefined;

/** Where one was looked for in vain nothing new is looked at for so long: the next may be as hidden. */
const VAIN_MS = 60_000;
/** Of cgroup v1; nothing is read from the others. */
const READ = new Set(['blkio', 'cpu', 'cpuacct', 'memory', 'pids']);

/** A search that goes on with the next call, or was in vain. */
interface Walked {
  readonly hierarchy: string;
  readonly search: FolderSearch;
  /** Since its last step. */
  untilMs: number;
}

/**
 * Finds groups below `root`, which is where this machine has its cgroup file system. A path counts from the root of the
 * namespace of who reads it, a mount from wherever it was made: they agree on a machine; in a container neither may
 * be what the other means, and only the last part of a path, which holds the container's id, is sure.
 */
export function createFindDirectories(root: string, nowMs: () => number): FindDirectories {
  // Hierarchies mostly have the same folders.
  const found = new Set<string>();
  let walked: Walked | undefined;
  const search = (hierarchy: string, name: string): string | undefined => {
    // Folders come and go: what was seen then is not what is to be looked for in now.
    if (walked !== undefined && walked.untilMs <= nowMs()) walked = undefined;
    walked ??= { hierarchy, search: createFolderSearch(hierarchy), untilMs: nowMs() + VAIN_MS };
    // One step at a call, in whichever hierarchy.
    if (walked.hierarchy !== hierarchy) return undefined;
    if (isUnderWay()) walked.untilMs = nowMs() + VAIN_MS;
    const parent = walked.search.find(name);
    if (parent === undefined) return undefined;
    walked = undefined;
    found.add(parent);
    return join(parent, name);
  };
  const isUnderWay = () => walked !== undefined && !walked.search.isOver();
  const find = (hierarchy: string, path: string): string | undefined => {
    const parts = path.split('/').filter((part) => part !== '' && part !== '..');
    const name = parts.at(-1) ?? '';
    // From the longest: two engines may have groups of the same name only at different places.
    for (let from = 0; from < parts.length; from++) {
      const parent = parts.slice(from, -1).join('/');
      if (existsSync(join(hierarchy, parent, name))) return join(parent, name);
    }
    for (const parent of found) if (existsSync(join(hierarchy, parent, name))) return join(parent, name);
    return search(hierarchy, name);
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
    if (path !== undefined) return { path, ...(unified !== undefined && { unified }), controllers: directories };
    return isUnderWay() ? 'searching' : undefined;
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
