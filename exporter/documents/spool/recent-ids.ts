/** So many ids of the newest documents are remembered at least, and at most twice as many. */
export const REMEMBERED_IDS = 32_768;

/** Ids of documents that are on disk, so that one that comes again is not stored twice. */
export interface RecentIds {
  readonly has: (id: string) => boolean;
  readonly add: (id: string) => void;
}

export function createRecentIds(): RecentIds {
  let older = new Set<string>();
  let newer = new Set<string>();
  return {
    has: (id) => newer.has(id) || older.has(id),
    add: (id) => {
      newer.add(id);
      if (newer.size < REMEMBERED_IDS) return;
      older = newer;
      newer = new Set();
    },
  };
}
