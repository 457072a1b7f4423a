import { join } from 'node:path';
import { pid as ownPid } from 'node:process';
import type { StatsSample } from '../../model/sample.ts';
import { createGroupFiles, type GroupFiles } from './container-files.ts';
import type { CgroupDirectories, FindDirectories } from './directories.ts';
import type { FileFailure, KernelFiles, OpenFile } from './file.ts';
import { parseNetDev } from './parse.ts';
import { guessOwnPaths, parseProcCgroup } from './proc-cgroup.ts';
import { readV1 } from './sample-v1.ts';
import { readPressure, readV2 } from './sample-v2.ts';
import type { TextOf } from './text-of.ts';

/** What is known of a container's place. */
export interface Place {
  /** From the root of the hierarchy as it is mounted here. */
  readonly path: string;
  readonly directories: CgroupDirectories;
  readonly groups: GroupFiles;
  /** `/proc/PID/cgroup` of its first process: says this as long as the process is the container's, whoever has its pid then. */
  readonly proof: OpenFile;
  readonly proofText: string;
  /** `/proc/PID/net/dev`: never kept open, for that would keep the network alive after its container. */
  readonly netDev: string;
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
  readonly kernel: KernelFiles;
  readonly findDirectories: FindDirectories;
}

/** Proves that a process of this machine is the container's, and finds the groups that count what it uses. */
export function locate(id: string, pid: number, files: ContainerFiles): Place | Obstacle {
  const process = join(files.procRoot, String(pid));
  const proof = files.kernel.open(join(process, 'cgroup'));
  if ('failure' in proof) return obstacleOf(proof.failure);
  const read = proof.read();
  const found = 'failure' in read ? obstacleOf(read.failure) : findGroups(read.text, id, files);
  if ('failure' in read || typeof found === 'string') {
    proof.close();
    return typeof found === 'string' ? found : 'no-process';
  }
  const groups = createGroupFiles(found, files.kernel);
  return { path: found.path, directories: found, groups, proof, proofText: read.text, netDev: join(process, 'net/dev') };
}

export function leave({ groups, proof }: Place): void {
  groups.close();
  proof.close();
}

function findGroups(text: string, id: string, files: ContainerFiles): CgroupDirectories | Obstacle {
  const paths = parseProcCgroup(text, id);
  if (paths.length === 0) return findOwn(text, id, files) ?? 'no-process';
  return files.findDirectories(paths) ?? 'no-cgroup';
}

/**
 * Our own container's: in a cgroup namespace its groups are `/` to us, but below `paths.cgroup` there is one with its id in
 * its name, and it holds our own process.
 */
function findOwn(text: string, id: string, { procRoot, kernel, findDirectories }: ContainerFiles) {
  const own = kernel.read(join(procRoot, 'self/cgroup'));
  if (!('text' in own) || own.text !== text) return undefined;
  for (const paths of guessOwnPaths(text, id)) {
    const directories = findDirectories(paths);
    const groups = directories === undefined ? [] : [directories.unified ?? '', ...directories.controllers.values()];
    if (groups.some((group) => isMember(ownPid, group, kernel))) return directories;
  }
  return undefined;
}

function isMember(pid: number, group: string, { read }: KernelFiles): boolean {
  const members = read(join(group, 'cgroup.procs'));
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
export function readContainer(place: Place, hasNetwork: boolean, { kernel }: ContainerFiles): StatsSample | undefined {
  const { textOf } = place.groups;
  const sample = readCounters(textOf, place.directories);
  // Every group counts processor time: one that does not is gone, though its process may still be, or not for us to read.
  if (sample.cpu === undefined) return undefined;
  const pressure = readPressure(textOf);
  const netDev = hasNetwork ? kernel.read(place.netDev) : undefined;
  const networks = netDev !== undefined && 'text' in netDev ? parseNetDev(netDev.text) : [];
  const proof = place.proof.read();
  if (!('text' in proof) || proof.text !== place.proofText) return undefined;
  return { ...sample, ...(pressure && { pressure }), ...(networks.length > 0 && { networks }) };
}
