import { z } from 'zod';
import type { DockerEvent } from '../model/event.ts';
import { EVENT_ACTIONS } from '../model/event-actions.ts';
import type { EventTotals } from '../model/world.ts';
import { createEventDoubts, type EventDoubts, savedDoubts } from './event-doubts.ts';
import { createRecent } from './recent.ts';

/** What of a ledger outlives the process. */
export type SavedLedger = z.output<typeof savedLedger>;
export const savedLedger = z.object({
  sinceSeconds: z.number(),
  beganAtMs: z.number().exactOptional(),
  newestTimeNano: z
    .string()
    .regex(/^\d{1,19}$/)
    .exactOptional(),
  reconnects: z.int(),
  gaps: z.int(),
  /** By "type action"; zeros are left out. */
  counts: z.record(z.string(), z.int()),
  /** The last events, oldest first. */
  seen: z.array(z.string()),
  ...savedDoubts.shape,
});

export interface EventLedgerOptions {
  /** Unix seconds. */
  readonly nowSeconds: number;
  /** Of an earlier process. */
  readonly saved?: SavedLedger;
  readonly onChange: () => void;
}

/** Which events of one engine were seen, and how many of each kind: the memory that outlives a connection. */
export interface EventLedger
  extends Pick<EventDoubts, 'beginReplay' | 'endReplay' | 'doubt' | 'isInDoubt' | 'addUnreadable'> {
  /** Whether the event is seen for the first time; then it is counted. */
  readonly add: (event: DockerEvent) => boolean;
  /** The same of an event of before our time, which counts for nothing. */
  readonly seed: (event: DockerEvent) => boolean;
  readonly isEmpty: () => boolean;
  /** Whether there was no connection yet. */
  readonly isFirst: () => boolean;
  /** When the first connection was made, by the engine's clock (Unix milliseconds): the first call decides. */
  readonly beginsAtMs: (connectedAtMs: number) => number;
  /** Nanoseconds since 1970 of the newest event by its own time; undefined before the first. */
  readonly newestTimeNano: () => string | undefined;
  /** The same in Unix seconds. */
  readonly newestSeconds: () => number | undefined;
  readonly countReconnect: () => void;
  readonly countGap: () => void;
  /** Another engine is there now: its events have not been seen. */
  readonly forgetEngine: () => void;
  readonly totals: () => EventTotals;
  readonly save: () => SavedLedger;
}

/** More than the 256 events an engine keeps: a replay can only bring what is in here or what is new. */
const REMEMBERED = 1024;
/** As many as an engine keeps: of what it replays, either one of the last that we saw is among it, or some are lost. */
const SAVED = 256;

const CLOSED_LIST = Object.entries(EVENT_ACTIONS).flatMap(([type, actions]) =>
  actions.map((action) => [type, action] as const),
);

const NOTHING: Omit<SavedLedger, 'sinceSeconds'> = { reconnects: 0, gaps: 0, counts: {}, seen: [] };

export function createEventLedger({ nowSeconds, saved, onChange }: EventLedgerOptions): EventLedger {
  const kept = { sinceSeconds: nowSeconds, ...NOTHING, ...saved };
  const { sinceSeconds } = kept;
  const seen = createRecent(REMEMBERED, shortened(kept.seen));
  const counts = createCounts(kept.counts);
  const breaks = { reconnects: kept.reconnects, gaps: kept.gaps };
  let { newestTimeNano: newest, beganAtMs: began } = kept;
  const { bringNews, ...doubts } = createEventDoubts({ ...(saved && { saved }), onChange });

  const remember = (event: DockerEvent): boolean => {
    if (!seen.add(keyOf(event))) return false;
    if (newest === undefined || BigInt(event.timeNano) > BigInt(newest)) newest = event.timeNano;
    onChange();
    return true;
  };

  const count = (what: keyof typeof breaks) => {
    breaks[what]++;
    onChange();
  };

  return {
    ...doubts,
    add: (event) => {
      if (!remember(event)) return false;
      bringNews();
      counts.count(event);
      return true;
    },
    seed: remember,
    isEmpty: () => seen.size() === 0,
    isFirst: () => began === undefined,
    beginsAtMs: (connectedAtMs) => (began ??= connectedAtMs),
    newestTimeNano: () => newest,
    newestSeconds: () => (newest === undefined ? undefined : Number(newest) / 1e9),
    countReconnect: () => count('reconnects'),
    countGap: () => count('gaps'),
    beginReplay: () => {
      // Before the first connection there is nothing to be missed.
      if (began !== undefined) doubts.beginReplay();
    },
    forgetEngine: () => {
      doubts.forgetEngine();
      seen.clear();
      [newest, began] = [undefined, undefined];
    },
    totals: () => ({ sinceSeconds, ...breaks, counts: counts.list() }),
    save: () => ({
      sinceSeconds,
      ...(began !== undefined && { beganAtMs: began }),
      ...(newest !== undefined && { newestTimeNano: newest }),
      ...breaks,
      counts: counts.save(),
      seen: seen.list().slice(-SAVED),
      ...doubts.save(),
    }),
  };
}

/** Commands begin in one container, and containers join one network, side by side: even in the same nanosecond. */
function keyOf({ timeNano, type, action, actorId, execId, attributes }: DockerEvent): string {
  const other = execId ?? (type === 'network' ? attributes['container']?.slice(0, MAX_ID) : undefined);
  const key = `${timeNano} ${type} ${action} ${short(actorId)}`;
  return other === undefined ? key : `${key} ${short(other)}`;
}

const MAX_ID = 64;

/** Beside the nanosecond that is enough of an id, and a third of the text to save each second; a name, unless as long, stays whole. */
function short(id: string): string {
  return id.length === MAX_ID ? id.slice(0, 12) : id;
}

/** Keys of an earlier process: before, ids in them were whole. */
function shortened(keys: readonly string[]): readonly string[] {
  return keys.map((key) => key.split(' ').map(short).join(' '));
}

/** Every kind that is told apart has a count from the beginning. */
function createCounts(saved: SavedLedger['counts']) {
  const counts = new Map<string, number>(CLOSED_LIST.map((kind) => [kindOf(kind), saved[kindOf(kind)] ?? 0]));
  return {
    count: (event: DockerEvent) => {
      const kind = countedAs(event, counts);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    },
    list: () => CLOSED_LIST.map((kind) => [...kind, counts.get(kindOf(kind)) ?? 0] as const),
    save: () => Object.fromEntries([...counts].filter(([, count]) => count > 0)),
  };
}

function countedAs({ type, action }: DockerEvent, counts: ReadonlyMap<string, number>): string {
  const kind = kindOf([type, action]);
  if (counts.has(kind)) return kind;
  const other = kindOf([type, 'other']);
  return counts.has(other) ? other : 'other other';
}

function kindOf([type, action]: readonly [type: string, action: string]): string {
  return `${type} ${action}`;
}
