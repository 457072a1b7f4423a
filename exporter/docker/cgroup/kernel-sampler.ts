import type { StatsSample } from '../../model/sample.ts';
import { inSlices } from '../../util/in-slices.ts';
import { createFindDirectories } from './directories.ts';
import { createFileReader } from './file.ts';
import { type ContainerFiles, locate, type Obstacle, type Place, readContainer } from './read-container.ts';

/** Samples of one engine's containers, straight from the kernel's files. */
export interface KernelSampler {
  /** Of those whose files can be read here; asks nobody, so it works while the engine does not. */
  readonly sample: (containers: readonly LocalContainer[]) => Promise<KernelRound>;
  /** Of a container of the last round: where its groups were when they were last read. */
  readonly cgroupPathOf: (id: string) => string | undefined;
}

export interface LocalContainer {
  readonly id: string;
  /** Of its first process, as the engine tells it; undefined when it told none. */
  readonly pid: number | undefined;
  /** It has interfaces that are its own. */
  readonly hasNetwork: boolean;
}

export interface KernelRound {
  readonly samples: ReadonlyMap<string, KernelSample>;
  /** Why there is none, where no container has one: that may be mended. Beside others one that just ended has none. */
  readonly obstacle?: Obstacle;
}

export interface KernelSample {
  readonly sample: StatsSample;
  /** `/docker/ID` and the like. */
  readonly cgroupPath: string;
}

export interface KernelSamplerOptions {
  /** Where this machine's /proc and cgroup file system are. */
  readonly procRoot: string;
  readonly cgroupRoot: string;
  readonly nowMs: () => number;
}

/** Who is not here is looked for again, and a file that was not there, after this time. */
const AGAIN_MS = 60_000;

export function createKernelSampler({ procRoot, cgroupRoot, nowMs }: KernelSamplerOptions): KernelSampler {
  const files: ContainerFiles = {
    procRoot,
    readFile: createFileReader(),
    findDirectories: createFindDirectories(cgroupRoot, nowMs),
  };
  const known = new Map<string, Known>();
  const paths = new Map<string, string>();

  const placeOf = (id: string, pid: number): Place | Obstacle => {
    const before = known.get(id);
    if (before?.pid === pid && before.untilMs > nowMs()) return before.place;
    const place = locate(id, pid, files);
    known.set(id, { pid, place, untilMs: nowMs() + AGAIN_MS });
    return place;
  };

  const readOne = ({ id, pid, hasNetwork }: LocalContainer): KernelSample | Obstacle | undefined => {
    if (pid === undefined) return undefined;
    const place = placeOf(id, pid);
    if (typeof place === 'string') return place;
    const sample = readContainer(place, hasNetwork, files);
    if (sample === undefined) {
      known.delete(id);
      return undefined;
    }
    const cgroupPath = place.directories.path;
    paths.set(id, cgroupPath);
    return { sample, cgroupPath };
  };

  return {
    sample: async (containers) => {
      const ids = new Set(containers.map(({ id }) => id));
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
      for (const id of paths.keys()) if (!ids.has(id)) paths.delete(id);
      return inSlices(readEach(containers, readOne));
    },
    cgroupPathOf: (id) => paths.get(id),
  };
}

interface Known {
  readonly pid: number;
  readonly place: Place | Obstacle;
  readonly untilMs: number;
}

function* readEach(
  containers: readonly LocalContainer[],
  readOne: (container: LocalContainer) => KernelSample | Obstacle | undefined,
): Generator<undefined, KernelRound> {
  const samples = new Map<string, KernelSample>();
  let obstacle: Obstacle | undefined;
  for (const container of containers) {
    const read = readOne(container);
    if (typeof read === 'string') obstacle ??= read;
    else if (read !== undefined) samples.set(container.id, read);
    yield;
  }
  return { samples, ...(obstacle !== undefined && samples.size === 0 && { obstacle }) };
}
