import type { StatsSample } from '../../model/sample.ts';
import { inSlices } from '../../util/in-slices.ts';
import { createFindDirectories } from './directories.ts';
import { createKernelFiles, maxOpenFiles } from './file.ts';
import {
  type ContainerFiles,
  isUnchanged,
  leave,
  locate,
  type Obstacle,
  type Place,
  readContainer,
} from './read-container.ts';

/** Samples of one engine's containers, straight from the kernel's files. */
export interface KernelSampler {
  /** Of those whose files can be read here; asks nobody, so it works while the engine does not. */
  readonly sample: (containers: readonly LocalContainer[]) => Promise<KernelRound>;
  /** Of a container of the last round: where its groups were when they were last read. */
  readonly cgroupPathOf: (id: string) => string | undefined;
  /** Lets go of all that it keeps open; nothing is sampled after it. */
  readonly close: () => void;
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
  /** Files that stay open from one round to the next; by default a part of what the process may open. */
  readonly maxOpen?: number;
}

/** Who is not here is looked for again, and a file that was not there, after this time. */
const AGAIN_MS = 60_000;

export function createKernelSampler(options: KernelSamplerOptions): KernelSampler {
  const { procRoot, cgroupRoot, nowMs, maxOpen = maxOpenFiles() } = options;
  const files: ContainerFiles = {
    procRoot,
    kernel: createKernelFiles(maxOpen),
    findDirectories: createFindDirectories(cgroupRoot, nowMs),
  };
  const known = new Map<string, Known>();
  const paths = new Map<string, string>();

  const forget = (id: string) => {
    const place = known.get(id)?.place;
    if (typeof place === 'object') leave(place);
    known.delete(id);
  };
  const placeOf = (id: string, pid: number): Place | Obstacle | 'searching' => {
    const before = known.get(id);
    const isTheSame = before?.pid === pid;
    if (isTheSame && before.againMs > nowMs()) return before.place;
    if (isTheSame && typeof before.place === 'object' && isUnchanged(id, before.place, files)) {
      before.place.groups.forgetAbsent();
      before.againMs = nowMs() + AGAIN_MS;
      return before.place;
    }
    forget(id);
    const place = locate(id, pid, files);
    if (place !== 'searching') known.set(id, { pid, place, againMs: nowMs() + AGAIN_MS });
    return place;
  };

  let isClosed = false;

  const readOne = ({ id, pid, hasNetwork }: LocalContainer): KernelSample | Obstacle | undefined => {
    if (pid === undefined || isClosed) return undefined;
    const place = placeOf(id, pid);
    if (place === 'searching') return undefined;
    if (typeof place === 'string') return place;
    const sample = readContainer(place, hasNetwork);
    if (sample === undefined) {
      forget(id);
      return undefined;
    }
    paths.set(id, place.path);
    return { sample, cgroupPath: place.path };
  };

  return {
    sample: async (containers) => {
      const ids = new Set(containers.map(({ id }) => id));
      for (const id of known.keys()) if (!ids.has(id)) forget(id);
      for (const id of paths.keys()) if (!ids.has(id)) paths.delete(id);
      return inSlices(readEach(containers, readOne));
    },
    cgroupPathOf: (id) => paths.get(id),
    close: () => {
      isClosed = true;
      for (const id of known.keys()) forget(id);
    },
  };
}

interface Known {
  readonly pid: number;
  readonly place: Place | Obstacle;
  /** When the one that could not be had, or the files that were not there, are looked for again. */
  againMs: number;
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
