import type { Dataset, NewDocument, StoredDocument } from '../../model/document.ts';
import { createGathering } from './gathering.ts';
import { createGroupEncoder, type Entry, type Group } from './group.ts';
import type { RecentIds } from './recent-ids.ts';
import { expectStorable } from './record.ts';
import type { Room } from './room.ts';
import type { SegmentWriter } from './segment-writer.ts';
import type { Segments } from './segments.ts';
import { isFull } from './spool-full-error.ts';

/** Stores documents: what is appended at about the same time shares one write and one fsync. */
export interface Committer {
  readonly append: (documents: readonly NewDocument[]) => Promise<void>;
  /** Resolves when everything appended before is stored, or has failed; later ones are refused. */
  readonly close: () => Promise<void>;
}

export interface CommitterParts {
  readonly segments: Segments;
  readonly writer: SegmentWriter;
  readonly ids: RecentIds;
  readonly room: Room;
  readonly nowMs: () => number;
  /** Of one write. */
  readonly groupBytes: number;
  /** These are on disk now. */
  readonly onStored: (documents: readonly StoredDocument[], bytes: number) => void;
}

/** Their sources do not keep them. */
const RESERVED: ReadonlySet<Dataset> = new Set([
  'harborlight.event',
  'harborlight.health',
  'harborlight.alert',
  'harborlight.probe',
  // Nobody else can say later what was not stored.
  'harborlight.gap',
]);

export function createCommitter(parts: CommitterParts): Committer {
  const gathering = createGathering();
  const commit = createCommit(parts);
  let waiting: Entry[] = [];
  let running: Promise<void> | undefined;
  let isClosed = false;

  const commitOnce = async () => {
    const taken = waiting;
    waiting = [];
    try {
      waiting = (await commit(taken)).concat(waiting);
    } catch (error) {
      // Whatever it is, whoever appended is told, and those behind get their turn.
      for (const { reject } of taken) reject(error);
    }
  };
  /** Never rejects: nobody would hear of it. */
  const run = async () => {
    try {
      while (waiting.length > 0) {
        await gathering.isEnough();
        gathering.restart();
        await commitOnce();
        for (const entry of waiting) if (gathering.add(jsonLength(entry))) break;
      }
    } finally {
      running = undefined;
    }
  };
  return {
    append: (documents) => {
      if (isClosed) return Promise.reject(new Error('store documents: the spool is closed'));
      if (documents.length === 0) return Promise.resolve();
      const isReserved = documents.every(({ dataset }) => RESERVED.has(dataset));
      return new Promise((resolve, reject) => {
        // Before anything of it waits: all or none of them are refused for it.
        for (const document of documents) expectStorable(document);
        const entry = { documents, isReserved, stored: 0, resolve, reject };
        waiting.push(entry);
        gathering.add(jsonLength(entry));
        running ??= run();
      });
    },
    close: async () => {
      isClosed = true;
      gathering.stop();
      await running;
    },
  };
}

/** Stores the first of those that wait, tells them, and returns those that wait still. */
function createCommit(parts: CommitterParts): (waiting: readonly Entry[]) => Promise<Entry[]> {
  const { segments, writer, ids, room, nowMs, onStored } = parts;
  const encode = createGroupEncoder(parts.groupBytes);

  const store = async ({ documents, records }: Group) => {
    if (documents.length === 0) return;
    try {
      await writer.write(records, documents);
    } catch (error) {
      for (const { id } of documents) ids.remove(id);
      throw error;
    }
    onStored(documents, records.length);
  };
  const failed = async (entries: readonly Entry[], error: unknown) => {
    // What could not be fetched again gets the room that was kept for it.
    const hasRoomNow = isFull(error) && entries.some(({ isReserved }) => isReserved) && (await room.giveUp());
    const reason = isFull(error) ? room.fullError(error) : error;
    if (isFull(error)) room.wasFull();
    return entries.filter((entry) => {
      if (hasRoomNow && entry.isReserved) return true;
      entry.reject(reason);
      return false;
    });
  };
  return async (waiting) => {
    await room.prepare();
    const bytesBefore = segments.bytes();
    const group = encode(waiting, {
      first: segments.next(),
      storedAtMs: nowMs(),
      ids,
      check: ({ isReserved }, bytes) => room.check(isReserved, bytesBefore + bytes),
    });
    const rest = waiting.slice(group.entries.length);
    try {
      await store(group);
    } catch (error) {
      return [...(await failed(waiting.slice(0, group.entries.length), error)), ...rest];
    }
    for (const { resolve, documents, stored } of group.entries) if (stored === documents.length) resolve();
    return [...group.entries.filter(({ documents, stored }) => stored < documents.length), ...rest];
  };
}

function jsonLength({ documents, stored }: Entry): number {
  let length = 0;
  for (let at = stored; at < documents.length; at++) length += documents[at]?.json.length ?? 0;
  return length;
}
