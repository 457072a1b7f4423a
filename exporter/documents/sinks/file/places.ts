import type { Dataset, StoredDocument } from '../../../model/document.ts';
import { type DocumentFile, parseDocumentFileName } from '../file-name.ts';

/** Into which file a document goes. */
export interface Places {
  readonly placeOf: (document: StoredDocument) => DocumentFile;
  /** Those that may still grow: one a dataset. */
  readonly current: () => readonly DocumentFile[];
  /** Whether a file was begun since the last call. */
  readonly haveChanged: () => boolean;
}

export interface PlacesOptions {
  readonly maxFileBytes: number;
  /** Files that are there, with their bytes. */
  readonly sizes: ReadonlyMap<string, number>;
}

interface Place extends DocumentFile {
  readonly bytes: number;
}

/** The day is that on which the spool took a document. */
export function createPlaces({ maxFileBytes, sizes }: PlacesOptions): Places {
  const latest = latestOfDays(sizes);
  const current = new Map<Dataset, Place>();
  let hasChanged = true;
  return {
    placeOf: ({ dataset, storedAtMs, json }) => {
      const day = new Date(storedAtMs).toISOString().slice(0, 10);
      const known = latest.get(`${dataset} ${day}`) ?? { dataset, day, part: 0, bytes: 0 };
      const isFull = known.bytes >= maxFileBytes;
      const place = isFull ? { dataset, day, part: known.part + 1, bytes: 0 } : known;
      const before = current.get(dataset);
      if (before?.day !== day || before.part !== place.part) hasChanged = true;
      // UTF-8 may take more: a few bytes beyond the limit do no harm.
      const after = { ...place, bytes: place.bytes + json.length + 1 };
      latest.set(`${dataset} ${day}`, after);
      current.set(dataset, after);
      return place;
    },
    current: () => [...current.values()],
    haveChanged: () => {
      const was = hasChanged;
      hasChanged = false;
      return was;
    },
  };
}

function latestOfDays(sizes: ReadonlyMap<string, number>): Map<string, Place> {
  const latest = new Map<string, Place>();
  for (const [name, bytes] of sizes) {
    const file = parseDocumentFileName(name);
    if (file === undefined) continue;
    const key = `${file.dataset} ${file.day}`;
    if (file.part >= (latest.get(key)?.part ?? 0)) latest.set(key, { ...file, bytes });
  }
  return latest;
}
