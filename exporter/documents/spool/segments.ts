import { join } from 'node:path';
import type { SpoolPosition, StoredDocument } from '../../model/document.ts';

/** One file of the spool. Only the newest grows. */
export interface Segment {
  readonly path: string;
  /** Position of its first document, whether there is one yet or not. */
  readonly first: SpoolPosition;
  /** Position after its last document. */
  readonly next: SpoolPosition;
  readonly bytes: number;
  /** Places of documents in it, in their order. */
  readonly points: readonly IndexPoint[];
}

export interface IndexPoint {
  readonly position: SpoolPosition;
  readonly offset: number;
  /** Of the document there. */
  readonly storedAtMs: number;
}

/** Where all segments are and what is in them, as far as it is safe on disk. */
export interface Segments {
  /** From the oldest to the newest; empty until the first document is stored. */
  readonly list: () => readonly Segment[];
  readonly newest: () => Segment;
  /** The position that the next document gets. */
  readonly next: () => SpoolPosition;
  readonly bytes: () => number;
  /** The one that holds a position, or the oldest when that is newer. There has to be one. */
  readonly find: (position: SpoolPosition) => Segment;
  /** Where in it to look for a position: at or before the document there. */
  readonly offsetBefore: (segment: Segment, position: SpoolPosition) => number;
  /** Where the one after it begins. */
  readonly endOf: (segment: Segment) => SpoolPosition;
  /** About how many bytes lie at and after a position. */
  readonly bytesFrom: (position: SpoolPosition) => number;
  /** About when the document at a position was stored. */
  readonly timeOf: (position: SpoolPosition) => number | undefined;
  readonly begin: (segment: Segment) => void;
  /** These follow the last ones of the newest segment. */
  readonly grow: (documents: readonly StoredDocument[], bytes: number) => void;
  readonly remove: (segment: Segment) => void;
}

/** Between two index points at least. */
const POINT_BYTES = 64 * 1024;
const NAME = /^(?<first>\d{16})\.segment$/;

export function segmentPath(directory: string, first: SpoolPosition): string {
  return join(directory, `${String(first).padStart(16, '0')}.segment`);
}

/** The position in a segment's file name; undefined for files of another kind. */
export function firstOfName(name: string): SpoolPosition | undefined {
  const digits = NAME.exec(name)?.groups?.['first'];
  return digits === undefined ? undefined : Number(digits);
}

/** `next` is the position after the last document of `found`. */
export function createSegments(found: readonly Segment[], firstNext: SpoolPosition): Segments {
  let list = [...found];
  let next = firstNext;
  const newest = () => {
    const last = list.at(-1);
    if (last === undefined) throw new Error('look for the newest segment: there is none yet');
    return last;
  };
  const indexOf = (position: SpoolPosition) =>
    Math.max(
      0,
      lastAtOrBefore(list, ({ first }) => first <= position),
    );
  const find = (position: SpoolPosition) => list[indexOf(position)] ?? newest();
  const endOf = ({ first }: Segment) => list[indexOf(first) + 1]?.first ?? next;
  return {
    list: () => list,
    newest,
    next: () => next,
    bytes: () => list.reduce((sum, { bytes }) => sum + bytes, 0),
    find,
    endOf,
    offsetBefore: ({ points }, position) => pointBefore(points, position)?.offset ?? 0,
    bytesFrom: (position) => {
      if (position >= next) return 0;
      const at = indexOf(position);
      const segment = find(position);
      const before = position <= segment.first ? 0 : place(segment, position).offset;
      return list.slice(at).reduce((sum, { bytes }) => sum + bytes, 0) - before;
    },
    timeOf: (position) => {
      const segment = list[indexOf(position)];
      return segment && place(segment, Math.max(position, segment.first)).storedAtMs;
    },
    begin: (segment) => {
      list = [...list.filter(({ path }) => path !== segment.path), segment];
    },
    grow: (documents, bytes) => {
      const segment = newest();
      const [head] = documents;
      if (head === undefined) return;
      next = head.position + documents.length;
      list[list.length - 1] = {
        ...segment,
        next,
        bytes: segment.bytes + bytes,
        points: withPoint(segment, { position: head.position, offset: segment.bytes, storedAtMs: head.storedAtMs }),
      };
    },
    remove: (segment) => {
      list = list.filter((other) => other.path !== segment.path);
    },
  };
}

function withPoint({ bytes, points }: Segment, point: IndexPoint): readonly IndexPoint[] {
  const last = points.at(-1);
  return last !== undefined && bytes - last.offset < POINT_BYTES ? points : [...points, point];
}

/** Between two points, or the last one and the end, documents count as equally long and equally far apart. */
function place({ bytes, points, next }: Segment, position: SpoolPosition): Partial<IndexPoint> & { offset: number } {
  const before = pointBefore(points, position) ?? points[0];
  if (before === undefined) return { position, offset: 0 };
  const after: Partial<IndexPoint> & Omit<IndexPoint, 'storedAtMs'> = points[points.indexOf(before) + 1] ?? {
    position: next,
    offset: bytes,
  };
  const share = Math.min(1, Math.max(0, position - before.position) / Math.max(1, after.position - before.position));
  const offset = Math.round(before.offset + share * (after.offset - before.offset));
  const afterMs = after.storedAtMs ?? before.storedAtMs;
  const storedAtMs = Math.round(before.storedAtMs + share * (afterMs - before.storedAtMs));
  return { position, offset, storedAtMs };
}

function pointBefore(points: readonly IndexPoint[], position: SpoolPosition): IndexPoint | undefined {
  return points[lastAtOrBefore(points, (point) => point.position <= position)];
}

/** Of a list in order, where the last one lies for which the question is still true; -1 when it is for none. */
function lastAtOrBefore<T>(list: readonly T[], isStill: (one: T) => boolean): number {
  let low = -1;
  let high = list.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const one = list[middle];
    if (one !== undefined && isStill(one)) low = middle;
    else high = middle;
  }
  return low;
}
