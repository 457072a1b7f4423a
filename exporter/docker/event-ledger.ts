import { z } from 'zod';
import type { DockerEvent } from '../model/event.ts';
import { EVENT_ACTIONS } from '../model/event-actions.ts';
import type { EventTotals } from '../model/world.ts';

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
  /** A replay was going on. */
  isUnjudged: z.boolean().exactOptional(),
  /** By "type action"; zeros are left out. */
  counts: z.record(z.string(), z.int()),
  /** The last events, oldest first. */
  seen: z.array(z.string()),
});

export interface EventLedgerOptions {
  /** Unix seconds. */
  readonly nowSeconds: number;
  /** Of an earlier process. */
  readonly saved?: SavedLedger;
  readonly onChange: () => void;
}

/** Which events of one engine were seen, and how many of each kind: the memory that outlives a connection. */
export interface EventLedger {
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
  /**
   * A new connection replays what was missed; until it is judged, the events that it brings prove nothing. An earlier
   * process may have ended in between: then what it saved looks complete, and is not.
   */
  readonly beginReplay: () => { readonly isAfterUnjudged: boolean };
  readonly endReplay: () => void;
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
  const seen = new Set<string>(kept.seen);
  const counts = new Map<string, number>(CLOSED_LIST.map((kind) => [kindOf(kind), kept.counts[kindOf(kind)] ?? 0]));
  const breaks = { reconnects: kept.reconnects, gaps: kept.gaps };
  let { newestTimeNano: newest, beganAtMs: began } = kept;
  const replays = createReplays(kept.isUnjudged, onChange);

  const remember = (event: DockerEvent): boolean => {
    if (!addTo(seen, event)) return false;
    if (newest === undefined || BigInt(event.timeNano) > BigInt(newest)) newest = event.timeNano;
    onChange();
    return true;
  };

  const count = (what: keyof typeof breaks) => {
    breaks[what]++;
    onChange();
  };

  return {
    add: (event) => {
      if (!remember(event)) return false;
      const kind = countedAs(event, counts);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      return true;
    },
    seed: remember,
    isEmpty: () => seen.size === 0,
    isFirst: () => began === undefined,
    beginsAtMs: (connectedAtMs) => (began ??= connectedAtMs),
    newestTimeNano: () => newest,
    newestSeconds: () => (newest === undefined ? undefined : Number(newest) / 1e9),
    countReconnect: () => count('reconnects'),
    countGap: () => count('gaps'),
    // Before the first connection there is nothing to be missed.
    beginReplay: () => replays.begin(began !== undefined),
    endReplay: replays.end,
    forgetEngine: () => {
      replays.begin(false);
      seen.clear();
      [newest, began] = [undefined, undefined];
    },
    totals: () => ({
      sinceSeconds,
      ...breaks,
      counts: CLOSED_LIST.map((kind) => [...kind, counts.get(kindOf(kind)) ?? 0]),
    }),
    save: () => ({
      sinceSeconds,
      ...(began !== undefined && { beganAtMs: began }),
      ...(newest !== undefined && { newestTimeNano: newest }),
      ...(replays.isOpen() && { isUnjudged: true }),
      ...breaks,
      counts: Object.fromEntries([...counts].filter(([, count]) => count > 0)),
      seen: [...seen].slice(-SAVED),
    }),
  };
}

/** Whether a replay is going on, and whether that of an earlier process was never judged. */
function createReplays(wasUnjudged: boolean | undefined, onChange: () => void) {
  let isLeft = wasUnjudged ?? false;
  let isOpen = isLeft;
  return {
    isOpen: () => isOpen,
    begin: (matters: boolean) => {
      const isAfterUnjudged = isLeft;
      isLeft = false;
      isOpen = matters;
      return { isAfterUnjudged };
    },
    end: () => {
      isOpen = false;
      onChange();
    },
  };
}

function kindOf([type, action]: readonly [type: string, action: string]): string {
  return `${type} ${action}`;
}

/** False when it was there already. */
function addTo(seen: Set<string>, { timeNano, type, action, actorId }: DockerEvent): boolean {
  const key = `${timeNano} ${type} ${action} ${actorId}`;
  if (seen.has(key)) return false;
  seen.add(key);
  // A Set keeps the order of insertion: the first is the oldest.
  for (const oldest of seen) {
    if (seen.size <= REMEMBERED) break;
    seen.delete(oldest);
  }
  return true;
}

/** Every kind that is told apart has a count from the beginning. */
function countedAs({ type, action }: DockerEvent, counts: ReadonlyMap<string, number>): string {
  const kind = kindOf([type, action]);
  if (counts.has(kind)) return kind;
  const other = kindOf([type, 'other']);
  return counts.has(other) ? other : 'other other';
}
