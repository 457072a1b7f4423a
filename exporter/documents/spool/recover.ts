import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpoolPosition, StoredDocument } from '../../model/document.ts';
import { isMissing } from '../missing-file.ts';
import { createOrigins, type Origins } from './origins.ts';
import { type Block, readBlocks } from './read-blocks.ts';
import { createRecentIds, REMEMBERED_IDS, type RecentIds } from './recent-ids.ts';
import { firstOfName, type IndexPoint, type Segment } from './segments.ts';
import type { Snapshot } from './snapshot.ts';

/** What an earlier process left. */
export interface Recovered {
  readonly segments: readonly Segment[];
  readonly next: SpoolPosition;
  readonly origins: Origins;
  readonly ids: RecentIds;
}

/** Bytes in a segment that are no record. */
export interface Damage {
  readonly path: string;
  readonly bytes: number;
}

/** Documents may be long: of older segments no more than this is read for their ids. */
const MAX_BYTES_FOR_IDS = 64 * 1024 * 1024;
/** What is read of a segment only to know when its first document was stored. */
const GLANCE_BYTES = 64 * 1024;

interface FoundSegment {
  readonly path: string;
  readonly first: SpoolPosition;
  readonly bytes: number;
}

/** All segments of a directory, oldest first. */
async function findSegments(directory: string): Promise<readonly FoundSegment[]> {
  const names = await readdir(directory);
  const found = names.flatMap((name) => {
    const first = firstOfName(name);
    return first === undefined ? [] : [{ path: join(directory, name), first }];
  });
  const sorted = found.sort((a, b) => a.first - b.first);
  return Promise.all(sorted.map(async (one) => ({ ...one, bytes: (await stat(one.path)).size })));
}

/** The same without a change, for another process than the one that writes. */
export async function survey(directory: string): Promise<readonly Segment[]> {
  const found = await findSegments(directory);
  const surveyed = await Promise.all(
    found.map(async (one, at): Promise<Segment | undefined> => {
      const until = found[at + 1]?.first;
      try {
        if (until !== undefined) return { ...one, next: until, points: await glance(one) };
        const { points, next } = await readWhole(one, () => undefined);
        return { ...one, next, points };
      } catch (error) {
        // Deleted since.
        if (isMissing(error)) return undefined;
        throw error;
      }
    }),
  );
  return surveyed.filter((segment) => segment !== undefined);
}

/** Reads what no snapshot tells of, and the newest ids; cuts what is torn at the very end. */
export async function recover(
  directory: string,
  snapshot: Snapshot | undefined,
  onDamage: (damage: Damage) => void,
): Promise<Recovered> {
  const found = await findSegments(directory);
  const origins = createOrigins(snapshot?.origins ?? []);
  const ids = createRecentIds();
  const covered = snapshot?.next ?? 1;
  const firstRead = Math.min(firstForIds(found), firstNotCovered(found, covered));
  const segments: Segment[] = [];
  for (const [at, one] of found.entries()) {
    const until = found[at + 1]?.first;
    if (at < firstRead) {
      segments.push({ ...one, next: until ?? one.first, points: await glance(one) });
      continue;
    }
    const onDocuments = (documents: readonly StoredDocument[]) => {
      for (const { id } of documents) ids.add(id);
      origins.note(documents.filter(({ position }) => position >= covered));
    };
    segments.push(await recoverSegment(one, { until, onDocuments, onDamage }));
  }
  return { segments, next: nextAfter(segments, covered), origins, ids };
}

/** No position is used twice, whatever is left of the segments. */
function nextAfter(segments: readonly Segment[], covered: SpoolPosition): SpoolPosition {
  return Math.max(covered, segments.at(-1)?.next ?? 1);
}

interface RecoverOptions {
  /** Where the next segment begins; undefined for the newest, the only one that may be torn. */
  readonly until: SpoolPosition | undefined;
  readonly onDocuments: (documents: readonly StoredDocument[]) => void;
  readonly onDamage: (damage: Damage) => void;
}

async function recoverSegment(found: FoundSegment, { until, onDocuments, onDamage }: RecoverOptions): Promise<Segment> {
  const { path, first, bytes } = found;
  const { next, end, points, damagedBytes } = await readWhole(found, onDocuments, until);
  const isTorn = until === undefined && end < bytes;
  if (isTorn) await cutTail(path, end);
  const lostBytes = isTorn ? damagedBytes : damagedBytes + bytes - end;
  if (lostBytes > 0) onDamage({ path, bytes: lostBytes });
  return { path, first, next: until ?? next, bytes: isTorn ? end : bytes, points };
}

function firstNotCovered(found: readonly FoundSegment[], covered: SpoolPosition): number {
  const at = found.findIndex(({ first }) => first >= covered);
  // The newest one may have grown since.
  return Math.min(at === -1 ? found.length : at, found.length - 1);
}

/** How far back the ids go that have to be remembered. */
function firstForIds(found: readonly FoundSegment[]): number {
  const newestFirst = found.at(-1)?.first ?? 0;
  let bytes = 0;
  for (let at = found.length - 1; at > 0; at--) {
    const one = found[at];
    if (one === undefined) break;
    bytes += one.bytes;
    if (newestFirst - one.first >= REMEMBERED_IDS || bytes >= MAX_BYTES_FOR_IDS) return at;
  }
  return 0;
}

async function readWhole(
  { path, first, bytes }: FoundSegment,
  onDocuments: (documents: readonly StoredDocument[]) => void,
  until = Number.POSITIVE_INFINITY,
) {
  const file = await open(path, 'r');
  try {
    const points: IndexPoint[] = [];
    let damagedBytes = 0;
    let next = first;
    const blocks = readBlocks(file, 0, bytes);
    for (;;) {
      const step = await blocks.next();
      if (step.done === true) return { end: step.value, points, damagedBytes, next };
      const block = step.value;
      const valid = block.documents.filter(({ position }) => position >= next && position < until);
      points.push(pointOf(block));
      damagedBytes += block.damagedBytes;
      next = (valid.at(-1)?.position ?? next - 1) + 1;
      onDocuments(valid);
    }
  } finally {
    await file.close();
  }
}

async function glance({ path, bytes }: FoundSegment): Promise<readonly IndexPoint[]> {
  const file = await open(path, 'r');
  try {
    const { value } = await readBlocks(file, 0, Math.min(bytes, GLANCE_BYTES)).next();
    return typeof value === 'object' ? [pointOf(value)] : [];
  } finally {
    await file.close();
  }
}

function pointOf({ documents: [head], start }: Block): IndexPoint {
  if (head === undefined) throw new Error('look into a block: it is empty');
  return { position: head.position, offset: start, storedAtMs: head.storedAtMs };
}

/** What the end of a process left half written; nobody was promised it. */
async function cutTail(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}
