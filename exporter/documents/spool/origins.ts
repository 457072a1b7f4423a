import type { DocumentOrigin, NewDocument } from '../../model/document.ts';

/** Sources that did not add anything for the longest time are forgotten beyond these: most of them are gone. */
const MAX_ORIGINS = 20_000;

/** The last place of each source that is safe on disk. */
export interface Origins {
  readonly note: (documents: readonly NewDocument[]) => void;
  /** From the one that added nothing for the longest time. */
  readonly all: () => ReadonlyMap<string, DocumentOrigin>;
}

export function createOrigins(known: Iterable<DocumentOrigin>): Origins {
  const origins = new Map<string, DocumentOrigin>();
  const noteOne = (origin: DocumentOrigin) => {
    origins.delete(origin.source);
    origins.set(origin.source, origin);
    if (origins.size <= MAX_ORIGINS) return;
    for (const oldest of origins.keys()) {
      origins.delete(oldest);
      break;
    }
  };
  for (const origin of known) noteOne(origin);
  return {
    note: (documents) => {
      for (const { origin } of documents) if (origin !== undefined) noteOne(origin);
    },
    all: () => origins,
  };
}
