import type { SpoolPosition, StoredDocument } from '../../model/document.ts';

/** The newest documents, so that a sink that keeps up reads no file. */
export interface Tail {
  /** These were stored after all others, one position after the other. */
  readonly add: (documents: readonly StoredDocument[], bytes: number) => void;
  /** Documents from a position on, at least one; undefined when they are not here. */
  readonly from: (position: SpoolPosition) => readonly StoredDocument[] | undefined;
}

interface Group {
  readonly first: SpoolPosition;
  readonly documents: readonly StoredDocument[];
  readonly bytes: number;
}

export function createTail(maxBytes: number): Tail {
  const groups: Group[] = [];
  let heldBytes = 0;
  return {
    add: (documents, bytes) => {
      const [head] = documents;
      if (head === undefined) return;
      groups.push({ first: head.position, documents, bytes });
      heldBytes += bytes;
      while (heldBytes > maxBytes && groups.length > 1) heldBytes -= groups.shift()?.bytes ?? 0;
    },
    from: (position) => {
      const group = groups.findLast(({ first }) => first <= position);
      if (group === undefined) return undefined;
      const rest = group.documents.slice(position - group.first);
      return rest.length === 0 ? undefined : rest;
    },
  };
}
