import { join } from 'node:path';
import { pid as ownPid } from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import type { StatsSample } from '../../model/sample.ts';
import { createGroupFiles, type GroupFiles } from './container-files.ts';
import type { CgroupDirectories, FindDirectories } from './directories.ts';
import type { FileFailure, KernelFiles } from './file.ts';
import { parseNetDev } from './net-dev.ts';
import { guessOwnPaths, parseProcCgroup } from './proc-cgroup.ts';
import { openProcess, type ProcessFolder } from './process-folder.ts';
import { readV1 } from './sample-v1.ts';
import { readPressure, readV2 } from './sample-v2.ts';
import type { TextOf } from './text-of.ts';

/** What is known of a container's place. */
export interface Place {
  /** From the root of the hierarchy as it is mounted here. */
  readonly path: string;
  readonly directories: CgroupDirectories;
  readonly groups: GroupFiles;
  /** Of its first process. */
  readonly process: ProcessFolder;
  /** What its `cgroup` says as long as it is the container's. */
  readonly proof: string;
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
export function locate(id: string, pid: number, files: ContainerFiles): Place | Obstacle | 'searching' {
  const process = openProcess(join(files.procRoot, String(pid)), files.kernel);
  const read = process.read('cgroup');
  const found = 'failure' in read ? obstacleOf(read.failure) : findGroups(read.text, id, files);
  if (typeof found !== 'string') {
    const proof = 'text' in read ? read.text : '';
    return { path: found.path, directories: found, groups: createGroupFiles(found, files.kernel), process, proof };
  }
  process.close();
  return found;
}

/** Whether the process is where it was, and its groups are all that can be found: one may have been away, or off. */
export function isUnchanged(id: string, { process, proof, directories }: Place, files: ContainerFiles): boolean {
  return isProved(process, proof) && isDeepStrictEqual(findGroups(proof, id, files), directories);
}

function isProved(process: ProcessFolder, proof: string): boolean {
  const read = process.read('cgroup');
  return 'text' in read && read.text === proof;
}

export function leave({ groups, process }: Place): void {
  groups.close();
  process.close();
}

function findGroups(text: string, id: string, files: ContainerFiles): CgroupDirectories | Obstacle | 'searching' {
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
    if (directories === 'searching') return directories;
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
 * A sample; undefined when the container's group or process is gone. What is read is its own, whoever has its pid meanwhile
 * (R47): its groups have its id for a name, and its process' folder is of that process alone.
 */
export function readContainer(
  { groups, directories, process, proof }: Place,
  hasNetwork: boolean,
): StatsSample | undefined {
  const { textOf } = groups;
  const sample = readCounters(textOf, directories);
  // Every group counts processor time: one that does not is gone, though its process may still be, or not for us to read.
  if (sample.cpu === undefined) return undefined;
  const pressure = readPressure(textOf);
  const netDev = hasNetwork ? process.read('net/dev') : { text: '' };
  if ('failure' in netDev)
    return netDev.failure === 'missing' ? undefined : { ...sample, ...(pressure && { pressure }) };
  // Last: what was read before it was the container's.
  if (!process.isHeld && !isProved(process, proof)) return undefined;
  const networks = parseNetDev(netDev.text);
  return { ...sample, ...(pressure && { pressure }), ...(networks.length > 0 && { networks }) };
}
