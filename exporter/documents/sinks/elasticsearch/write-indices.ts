import { isObject } from '../../store/json-answer.ts';

/** What the sink remembers over a restart: a few words, saved with the cursor. */
export interface SinkMemory {
  /** Documents up to this position may have been sent by an earlier process. */
  readonly inDoubtUpTo: number;
  readonly note: () => string | undefined;
  readonly setNote: (note: string) => void;
}

/** The backing indices that documents were seen to be written to, by data stream; the last few of each, the oldest first. */
export interface WriteIndices {
  readonly current: (stream: string) => string | undefined;
  /** The oldest one that an earlier process may have written to; undefined when it left no word. */
  readonly atStart: (stream: string) => string | undefined;
  readonly seen: (stream: string, index: string) => void;
}

/**
 * What is done with in the store and not yet acknowledged is sent again after a crash. Between the two lie seconds, and no
 * stream gets so many new indices in that time.
 */
const KEPT = 4;
/** What the spool takes, in characters; names are ASCII. */
const MAX_NOTE = 4_000;

export function createWriteIndices({ note, setNote }: SinkMemory): WriteIndices {
  const left = parseNote(note());
  const streams = new Map(left);
  return {
    current: (stream) => streams.get(stream)?.at(-1),
    atStart: (stream) => left.get(stream)?.[0],
    seen: (stream, index) => {
      const known = streams.get(stream) ?? [];
      // Answers overtake each other.
      if (known.includes(index)) return;
      streams.set(stream, [...known, index].slice(-KEPT));
      setNote(encodeNote(streams));
    },
  };
}

function encodeNote(streams: ReadonlyMap<string, readonly string[]>): string {
  const whole = JSON.stringify(Object.fromEntries(streams));
  if (whole.length <= MAX_NOTE) return whole;
  const oldest = JSON.stringify(Object.fromEntries([...streams].map(([stream, [first]]) => [stream, [first]])));
  // Without a word all indices of a stream are asked: slower, not wrong.
  return oldest.length <= MAX_NOTE ? oldest : '{}';
}

function parseNote(note: string | undefined): ReadonlyMap<string, readonly string[]> {
  const streams = new Map<string, readonly string[]>();
  let parsed: unknown;
  try {
    parsed = JSON.parse(note ?? '{}');
  } catch {
    // Another kind of sink had this name before.
    return streams;
  }
  if (!isObject(parsed)) return streams;
  for (const [stream, indices] of Object.entries(parsed)) {
    if (!Array.isArray(indices)) continue;
    const names = indices.filter((index: unknown) => typeof index === 'string');
    if (names.length > 0) streams.set(stream, names);
  }
  return streams;
}
