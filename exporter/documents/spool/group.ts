import type { NewDocument, SpoolPosition, StoredDocument } from '../../model/document.ts';
import type { RecentIds } from './recent-ids.ts';
import { encodeRecord, maxRecordBytes } from './record.ts';

/** One call of append. */
export interface Entry {
  readonly documents: readonly NewDocument[];
  /** It has documents only that could not be fetched again. */
  readonly isReserved: boolean;
  /** How many of them are stored. */
  readonly stored: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What is written at once. */
export interface Group {
  readonly documents: readonly StoredDocument[];
  /** Of all of them; overwritten by the next group. */
  readonly records: Buffer;
  /** The first of those that wait, as they are when the group is stored. */
  readonly entries: readonly Entry[];
}

export interface GroupSurroundings {
  readonly first: SpoolPosition;
  readonly storedAtMs: number;
  /** Gets those of the group: whoever does not store it has to take them away again. */
  readonly ids: RecentIds;
  /** Throws when an entry has no room behind so many bytes of this group. */
  readonly check: (entry: Entry, bytes: number) => void;
}

export type EncodeGroup = (waiting: readonly Entry[], surroundings: GroupSurroundings) => Group;

/** Groups of about so many bytes; one document may be longer. Entries that cannot be stored are rejected on the way. */
export function createGroupEncoder(groupBytes: number): EncodeGroup {
  let target = Buffer.allocUnsafe(groupBytes);

  return (waiting, { first, storedAtMs, ids, check }) => {
    const entries: Entry[] = [];
    const documents: StoredDocument[] = [];
    let bytes = 0;
    // One that a single long document made larger.
    if (target.length > groupBytes) target = Buffer.allocUnsafe(groupBytes);
    /** False when the group is full. */
    const add = (document: NewDocument): boolean => {
      const neededBytes = bytes + maxRecordBytes(document);
      if (neededBytes > target.length && documents.length > 0) return false;
      if (neededBytes > target.length) target = Buffer.allocUnsafe(neededBytes);
      if (!ids.add(document.id)) return true;
      const stored = placed(document, first + documents.length, storedAtMs);
      try {
        bytes = encodeRecord(target, bytes, stored);
      } catch (error) {
        ids.remove(document.id);
        throw error;
      }
      documents.push(stored);
      return true;
    };
    const addAll = (entry: Entry): Entry => {
      let { stored } = entry;
      try {
        check(entry, bytes);
        for (let next = entry.documents[stored]; next !== undefined && add(next); next = entry.documents[stored])
          stored++;
      } catch (error) {
        // Those before may be stored all the same: whoever appends knows that.
        entry.reject(error);
        stored = entry.documents.length;
      }
      return { ...entry, stored };
    };
    for (const entry of waiting) {
      const added = addAll(entry);
      entries.push(added);
      if (added.stored < entry.documents.length) break;
    }
    return { documents, records: target.subarray(0, bytes), entries };
  };
}

/** Without a spread, which would take as long as the CRC. */
function placed(document: NewDocument, position: SpoolPosition, storedAtMs: number): StoredDocument {
  const { dataset, namespace, id, json, origin } = document;
  return origin === undefined
    ? { dataset, namespace, id, json, position, storedAtMs }
    : { dataset, namespace, id, json, origin, position, storedAtMs };
}
