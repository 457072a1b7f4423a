import { createIdSet } from './id-set.ts';

/** So many ids of the newest documents are remembered at least, and at most twice as many. */
export const REMEMBERED_IDS = 32_768;

/** Ids of documents that are on disk, or about to be, so that one that comes again is not stored twice. */
export interface RecentIds {
  /** False when it is there already: one call, for a look costs as much as all else that is done with an id. */
  readonly add: (id: string) => boolean;
  /** Its document is not on disk after all. */
  readonly remove: (id: string) => void;
}

export function createRecentIds(): RecentIds {
  let older = createIdSet(REMEMBERED_IDS);
  let newer = createIdSet(REMEMBERED_IDS);
  return {
    add: (id) => {
      if (older.has(id) || !newer.add(id)) return false;
      if (newer.size() >= REMEMBERED_IDS) {
        const oldest = older;
        older = newer;
        newer = oldest;
        newer.clear();
      }
      return true;
    },
    remove: (id) => {
      newer.remove(id);
      older.remove(id);
    },
  };
}
