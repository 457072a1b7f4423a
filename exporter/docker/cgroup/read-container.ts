import { join } from 'node:path';
import { pid as ownPid } from 'node:process';
import type { StatsSample } from '../../model/sample.ts';
import type { CgroupDirectories, FindDirectories } from './directories.ts';
import type { FileFailure, ReadFile } from './file.ts';
import { parseNetDev } from './parse.ts';
import { guessOwnPaths, parseProcCgroup } from './proc-cgroup.ts';
import { readV1 } from './sample-v1.ts';
import { readPressure, readV2 } from './sample-v2.ts';
import type { TextOf } from './text-of.ts';

/** What is known of a container's place. */
export interface Place {
  /** Of its first process. */
  readonly pid: number;
  /** What /proc/PID/cgroup says as long as this process is the container's. */
  readonly proof: string;
  readonly directories: CgroupDirectories;
  /** Files that were not there: which there are depends on the kernel and on controllers, which seldom change. */
  readonly absent: Set<string>;
}

/** Why the kernel's files tell nothing of a container. */
export type Obstacle =
  /** No such process here: of another machine, or `/proc` is that of a container of our own. */
  | 'no-process'
  /** /proc may not be read, as where it is mounted with `hidepid`. */
  | 'denied'
  /** It is the container's, but its groups are not below `paths.cgroup`. */
  | 'no-cgroup';

export interface ContainerFiles {
  readonly procRoot: string;
  readonly readFile: ReadFile;
  readonly findDirectories: FindDirectories;
}

/** Proves that a process of this machine is the container's, and finds the groups that count what it uses. */
export function locate(id: string, pid: number, files: ContainerFiles): Place | Obstacle {
  const read = files.readFile(join(files.procRoot, String(pid), 'cgroup'));
  if ('failure' in read) return obstacleOf(read.failure);
  const paths = parseProcCgroup(read.text, id);
  const directories = paths.length === 0 ? findOwn(read.text, id, files) : files.findDirectories(paths);
  if (paths.length === 0 && directories === undefined) return 'no-process';
  return directories === undefined ? 'no-cgroup' : { pid, proof: read.text, directories, absent: new Set() };
}

/**
 * Our own container's: in a cgroup namespace its groups are `/` to us, but below `paths.cgroup` there is one with its id in
 * its name, and it holds our own process.
 */
function findOwn(text: string, id: string, { procRoot, readFile, findDirectories }: ContainerFiles) {
  const own = readFile(join(procRoot, 'self/cgroup'));
  if (!('text' in own) || own.text !== text) return undefined;
  for (const paths of guessOwnPaths(text, id)) {
    const directories = findDirectories(paths);
    const groups = directories === undefined ? [] : [directories.unified ?? '', ...directories.controllers.values()];
    if (groups.some((group) => isMember(ownPid, group, readFile))) return directories;
  }
  return undefined;
}

function isMember(pid: number, group: string, readFile: ReadFile): boolean {
  const members = readFile(join(group, 'cgroup.procs'));
  return 'text' in members && members.text.split('\n').includes(String(pid));
}

/** A controller is in one hierarchy only: what v1 does not have, v2 beside it may. */
function readCounters(textOf: TextOf, { controllers }: CgroupDirectories): StatsSample {
  const ofV1 = controllers.size > 0 ? readV1(textOf) : {};
  const isWhole = ofV1.cpu && ofV1.memory && ofV1.pids && controllers.has('blkio');
  return isWhole ? ofV1 : { ...readV2(textOf), ...ofV1 };
}

function obstacleOf(failure: FileFailure): Obstacle {
  return failure === 'denied' ? 'denied' : 'no-process';
}

/**
 * A sample; undefined when the container's process is gone, or its pid somebody else's (R47). The proof comes last:
 * what was read before it was the container's.
 */
export function readContainer(place: Place, hasNetwork: boolean, files: ContainerFiles): StatsSample | undefined {
  const { directories } = place;
  const process = join(files.procRoot, String(place.pid));
  const textOfPath = (path: string): string | undefined => {
    if (place.absent.has(path)) return undefined;
    const read = files.readFile(path);
    if ('text' in read) return read.text;
    place.absent.add(path);
    return undefined;
  };
  const textOf: TextOf = (controller, file) => {
    const directory = controller === '' ? directories.unified : directories.controllers.get(controller);
    return directory === undefined ? undefined : textOfPath(`${directory}/${file}`);
  };
  const sample = readCounters(textOf, directories);
  const pressure = readPressure(textOf);
  const networks = hasNetwork ? parseNetDev(textOfPath(join(process, 'net/dev')) ?? '') : [];
  const proof = files.readFile(join(process, 'cgroup'));
  if (!('text' in proof) || proof.text !== place.proof) return undefined;
  // Every group counts processor time: one that does not is gone, though its process may still be, or not for us to read.
  if (sample.cpu === undefined) return undefined;
  return { ...sample, ...(pressure && { pressure }), ...(networks.length > 0 && { networks }) };
}
