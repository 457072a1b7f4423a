import type { Reserve } from './reserve.ts';
import { isFull, SpoolFullError } from './spool-full-error.ts';

/** Who may still write when there is little room. */
export interface Room {
  /** Before documents are written: makes the reserve anew when it had to be given up and there is room again. */
  readonly prepare: () => Promise<void>;
  /** Throws when documents have no room, a SpoolFullError. `bytes`: what the segments take already. */
  readonly check: (isReserved: boolean, bytes: number) => void;
  /** Whether new documents need the room more than old ones that only may be of use. `bytes`: as above. */
  readonly isScarce: (bytes: number) => boolean;
  /** There was no room for documents: those that can be fetched again are refused for a while. */
  readonly wasFull: () => void;
  /** Makes room for documents that cannot be fetched again; false when none was kept. */
  readonly giveUp: () => Promise<boolean>;
  readonly fullError: (cause: unknown) => SpoolFullError;
  /** Does work that needs a little room and takes none in the end, with a room of its own where there is no other. */
  readonly keepBooks: (work: () => Promise<void>) => Promise<void>;
}

export interface RoomOptions {
  readonly directory: string;
  /** Of all segments; without it only the disk decides. */
  readonly maxBytes: number;
  /** Of this, and of the disk, only documents that cannot be fetched again take the last part. */
  readonly reserveBytes: number;
  readonly reserve: Reserve;
  /** For cursors and snapshots, whose old file goes only when the new one is written. */
  readonly bookReserve: Reserve;
}

/** A full disk is not asked for each document. */
const RETRY_MS = 1000;

export function createRoom({ directory, maxBytes, reserveBytes, reserve, bookReserve }: RoomOptions): Room {
  let nextTryMs = 0;
  let refusedUntilMs = 0;
  let obstacle: unknown;
  const fullError = (cause?: unknown) => new SpoolFullError(directory, cause === undefined ? {} : { cause });
  const makeReserves = async () => {
    if (reserve.isHeld() && bookReserve.isHeld()) return;
    if (performance.now() < nextTryMs) return;
    nextTryMs = performance.now() + RETRY_MS;
    try {
      await bookReserve.make();
      await reserve.make();
      obstacle = undefined;
    } catch (error) {
      obstacle = error;
    }
  };
  return {
    prepare: makeReserves,
    check: (isReserved, bytes) => {
      if (bytes >= maxBytes - (isReserved ? 0 : reserveBytes)) throw fullError();
      if (isReserved) return;
      if (!reserve.isHeld() && obstacle !== undefined && !isFull(obstacle))
        throw new Error(`keep room in ${directory}`, { cause: obstacle });
      if (!reserve.isHeld() || performance.now() < refusedUntilMs) throw fullError(obstacle);
    },
    isScarce: (bytes) =>
      !reserve.isHeld() || performance.now() < refusedUntilMs || bytes >= (maxBytes - reserveBytes) / 2,
    wasFull: () => {
      refusedUntilMs = performance.now() + RETRY_MS;
    },
    giveUp: () => {
      nextTryMs = performance.now() + RETRY_MS;
      return reserve.giveUp();
    },
    fullError,
    keepBooks: async (work) => {
      try {
        await work();
      } catch (error) {
        if (!isFull(error) || !(await bookReserve.giveUp())) throw error;
        await work();
        nextTryMs = 0;
      }
    },
  };
}
