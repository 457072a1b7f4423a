/** The last different texts of a stream, each once, in the order in which they first came. */
export interface Recent {
  /** Remembers what is new, and forgets the oldest for it; false when it was there already. */
  readonly add: (text: string) => boolean;
  readonly size: () => number;
  readonly clear: () => void;
  /** Oldest first. */
  readonly list: () => readonly string[];
}

export function createRecent(most: number, first: Iterable<string> = []): Recent {
  const seen = new Set<string>();
  // One for all times: a new one would step over all that were deleted before, which a Set keeps as holes for long.
  const oldest = seen.values();
  const add = (text: string) => {
    if (seen.has(text)) return false;
    seen.add(text);
    if (seen.size > most) seen.delete(oldest.next().value ?? '');
    return true;
  };
  for (const text of first) add(text);
  return { add, size: () => seen.size, clear: () => seen.clear(), list: () => [...seen] };
}
