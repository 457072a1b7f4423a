import { rm } from 'node:fs/promises';
import { every } from '../../util/pause.ts';
import { syncDirectory } from '../../util/sync-directory.ts';
import { createLastingError } from './lasting-error.ts';
import type { Places } from './open-places.ts';
import type { Room } from './room.ts';
import type { Segments } from './segments.ts';

/** Saves cursors, and deletes the segments that no sink needs. */
export interface Retention {
  /** Resolves when it is saved which sinks there are now, or cannot be; then goes on until it is closed. */
  readonly open: () => Promise<void>;
  /** Resolves when it is saved that the sinks were closed, or cannot be. */
  readonly close: () => Promise<void>;
}

export interface RetentionOptions {
  readonly directory: string;
  readonly places: Places;
  readonly segments: Segments;
  readonly room: Room;
  readonly onDiskError: (error: Error) => void;
}

/** Half of the second in which a cursor has to be saved. */
const SAVE_EVERY_MS = 500;
/**
 * Of finished segments, needed or not: ids are remembered only out of files, and sources replay their last seconds after
 * a kill, which may come just when another segment was begun.
 */
const KEPT_FOR_IDS = 2;

export function createRetention({ directory, places, segments, room, onDiskError }: RetentionOptions): Retention {
  const closing = new AbortController();
  const tending = createLastingError(onDiskError);
  let running: Promise<void> = Promise.resolve();
  const save = async () => {
    for (const place of places.all) await room.keepBooks(() => place.save('open'));
  };
  const isNeeded = (segment: { readonly first: number; readonly next: number }) =>
    places.all.some((place) => place.needs({ from: segment.first, to: segment.next - 1 }));
  const deleteUnneeded = async () => {
    // The newest one is written to, and says which position is the next.
    const kept = 1 + (room.isScarce(segments.bytes()) ? 0 : KEPT_FOR_IDS);
    const unneeded = segments
      .list()
      .slice(0, -kept)
      .filter((segment) => !isNeeded(segment));
    for (const segment of unneeded) {
      await rm(segment.path, { force: true });
      segments.remove(segment);
    }
    if (unneeded.length > 0) await syncDirectory(directory);
  };
  let hasLeft = false;
  const tend = async () => {
    try {
      if (!hasLeft) await room.keepBooks(places.leave);
      hasLeft = true;
      await save();
      await deleteUnneeded();
      await room.prepare();
      tending.worked();
    } catch (cause) {
      tending.failed(new Error('save cursors and delete segments', { cause }));
    }
  };
  return {
    open: async () => {
      await tend();
      running = every(SAVE_EVERY_MS, closing.signal, tend);
    },
    close: async () => {
      closing.abort();
      await running;
      for (const place of places.all) {
        try {
          await room.keepBooks(() => place.save('closed'));
        } catch (cause) {
          onDiskError(new Error(`save the cursor of ${place.sink} at the end`, { cause }));
        }
      }
    },
  };
}
