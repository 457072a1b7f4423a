import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredDocument } from '../../model/document.ts';
import { createCommitter } from './commit.ts';
import { readCursors } from './cursor-file.ts';
import { acquireLock } from './lock.ts';
import { openPlaces } from './open-places.ts';
import { createReaders } from './readers.ts';
import { type Damage, recover } from './recover.ts';
import { createReserve } from './reserve.ts';
import { createRetention } from './retention.ts';
import { createRoom } from './room.ts';
import { createSegmentWriter } from './segment-writer.ts';
import { createSegments } from './segments.ts';
import { createSnapshotFile } from './snapshot.ts';
import type { Spool } from './spool.ts';
import { createTail } from './tail.ts';

export interface SpoolOptions {
  /** Made with mode 0700 when it is missing; nobody else may write in it. */
  readonly directory: string;
  /**
   * All sinks of this process. A document is kept until each of these is done with it. One that was there in an earlier
   * process and is not now keeps nothing; when it comes back, it goes on where it was, and what was deleted since is
   * lost for it. A new one begins with what is appended from now on.
   */
  readonly sinks: readonly string[];
  /** Of a segment file, at least one document. */
  readonly segmentBytes?: number;
  /** Of all segment files; the last 4 MiB are for documents that cannot be fetched again. */
  readonly maxBytes?: number;
  /** What is told to another process that wants the same directory: whom to stop. */
  readonly holder: string;
  readonly nowMs: () => number;
  /** They are on disk now, each told once: one that is passed over, because it is there already, is not told again. */
  readonly onStored?: (documents: readonly StoredDocument[]) => void;
  /** Bytes of a segment that are no documents, and were passed over: told once of each segment, where they are first met. */
  readonly onDamage: (damage: Damage) => void;
  /**
   * Cursors are not saved, segments not deleted or not read: it is tried again, unless the spool is being closed. Told
   * once, and again only when it has worked since.
   */
  readonly onDiskError: (error: Error) => void;
}

const SEGMENT_BYTES = 8 * 1024 * 1024;
/** Encoded in one turn of the event loop. */
const GROUP_BYTES = 512 * 1024;
const TAIL_BYTES = 1024 * 1024;
const RESERVE_BYTES = 4 * 1024 * 1024;
const BOOK_RESERVE_BYTES = 256 * 1024;

/**
 * Goes on with what is in a directory; rejects with a `SpoolLockedError` when another process has it. The newest two
 * finished segments are kept beside the one that is written to even when no sink needs them, unless there is little
 * room: what a source replays after a kill is recognised by the ids in them.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const lock = await acquireLock(options.directory, options.holder);
  try {
    return await openLocked(options, lock.release);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openLocked(options: SpoolOptions, releaseLock: () => Promise<void>): Promise<Spool> {
  const { directory, sinks, nowMs, onDiskError, segmentBytes = SEGMENT_BYTES } = options;
  const onDamage = oncePerSegment(options.onDamage);
  const snapshots = createSnapshotFile(directory);
  const { origins, ids, ...recovered } = await recover(directory, snapshots.read(), onDamage);
  const cursors = await readCursors(directory);
  // A disk that lies may have lost documents that a sink has acknowledged.
  const next = cursors.reduce((highest, { acknowledged }) => Math.max(highest, acknowledged + 1), recovered.next);
  const segments = createSegments(recovered.segments, next);
  const room = roomFor(options);
  const places = openPlaces({ directory, sinks, segments, cursors });
  const tail = createTail(TAIL_BYTES);
  const retention = createRetention({ directory, places, segments, room, onDiskError });
  const readers = createReaders({ places, segments, tail, sliceBytes: segmentBytes, onDamage, onDiskError });
  const beforeNext = () =>
    room.keepBooks(() => snapshots.write({ next: segments.next(), origins: [...origins.all().values()] }));
  const writer = createSegmentWriter({ directory, segments, segmentBytes, beforeNext });
  const onStored = (documents: readonly StoredDocument[], bytes: number) => {
    origins.note(documents);
    tail.add(documents, bytes);
    readers.onAppended();
    options.onStored?.(documents);
  };
  const groupBytes = Math.min(GROUP_BYTES, segmentBytes);
  const committer = createCommitter({ segments, writer, ids, room, nowMs, groupBytes, onStored });
  await room.prepare();
  await retention.open();
  return {
    append: committer.append,
    openReader: readers.open,
    origins: origins.all,
    status: () => ({
      bytes: segments.bytes(),
      segments: segments.list().length,
      readers: places.all.map((place) => place.status()),
    }),
    close: async () => {
      const parts = [committer, readers, retention, writer];
      try {
        for (const part of parts) await part.close().catch((cause: unknown) => onDiskError(closeError(cause)));
      } finally {
        // Whatever happens: this process would keep itself from opening the spool again.
        await releaseLock();
      }
    },
  };
}

function closeError(cause: unknown): Error {
  return new Error('close the spool', { cause });
}

function roomFor({ directory, maxBytes = Number.POSITIVE_INFINITY }: SpoolOptions) {
  return createRoom({
    directory,
    maxBytes,
    reserveBytes: RESERVE_BYTES,
    reserve: createReserve(join(directory, 'reserve'), RESERVE_BYTES),
    bookReserve: createReserve(join(directory, 'reserve-cursors'), BOOK_RESERVE_BYTES),
  });
}

/** Each sink reads a segment, and they would all tell. */
function oncePerSegment(onDamage: SpoolOptions['onDamage']): SpoolOptions['onDamage'] {
  const told = new Set<string>();
  return (damage) => {
    if (told.has(damage.path)) return;
    told.add(damage.path);
    onDamage(damage);
  };
}
