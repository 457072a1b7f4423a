import { pause } from '../../util/pause.ts';
import { type FoundFile, readLines, sizeOf } from './document-files.ts';
import type { Found } from './found.ts';

export interface FollowOptions {
  /** The files of now that are of interest. */
  readonly list: () => Promise<readonly FoundFile[]>;
  /** What is behind these places is new; a file that has none is new from its beginning. */
  readonly places: Map<string, number>;
  readonly find: (line: string) => Found | undefined;
}

const LOOK_MS = 200;

/** What is written from now on, also to files that begin later, until the signal aborts. */
export async function* follow(options: FollowOptions, signal: AbortSignal): AsyncGenerator<Found> {
  while (!signal.aborted) {
    yield* readNew(options);
    await pause(LOOK_MS, signal);
  }
}

async function* readNew({ list, places, find }: FollowOptions): AsyncGenerator<Found> {
  for (const { path } of await list()) {
    const size = await sizeOf(path);
    const known = places.get(path) ?? 0;
    // A sink that starts anew cuts off what it is not sure of, and writes it again.
    if (size < known) places.set(path, size);
    if (size <= known) continue;
    const onPlace = (byte: number) => void places.set(path, byte);
    for await (const line of readLines(path, { fromByte: known, onPlace })) {
      const found = find(line);
      if (found !== undefined) yield found;
    }
  }
}
