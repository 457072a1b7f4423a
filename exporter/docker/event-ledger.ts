import type { DockerEvent } from '../model/event.ts';
import { EVENT_ACTIONS } from '../model/event-actions.ts';
import type { EventStreamSnapshot } from '../model/world.ts';

/** Which events of one engine were seen, and how many of each kind: the memory that outlives a connection. */
export interface EventLedger {
  /** Whether the event is seen for the first time; then it is counted. */
  readonly add: (event: DockerEvent) => boolean;
  /** The same of an event of before our time, which counts for nothing. */
  readonly seed: (event: DockerEvent) => boolean;
  readonly isEmpty: () => boolean;
  /** When the first connection was made, by the engine's clock (Unix milliseconds): the first call decides. */
  readonly beginsAtMs: (connectedAtMs: number) => number;
  /** Nanoseconds since 1970 of the newest event by its own time; undefined before the first. */
  readonly newestTimeNano: () => string | undefined;
  readonly countReconnect: () => void;
  readonly countGap: () => void;
  readonly snapshot: (isStreaming: boolean) => EventStreamSnapshot;
}

/** More than the 256 events an engine keeps: a replay can only bring what is in here or what is new. */
const REMEMBERED = 1024;

const CLOSED_LIST = Object.entries(EVENT_ACTIONS).flatMap(([type, actions]) =>
  actions.map((action) => [type, action] as const),
);

export function createEventLedger(): EventLedger {
  const seen = new Set<string>();
  const counts = new Map<string, number>(CLOSED_LIST.map(([type, action]) => [`${type} ${action}`, 0]));
  let newest: string | undefined;
  let began: number | undefined;
  let reconnects = 0;
  let gaps = 0;

  const remember = (event: DockerEvent): boolean => {
    const key = `${event.timeNano} ${event.type} ${event.action} ${event.actorId}`;
    if (seen.has(key)) return false;
    seen.add(key);
    // A Set keeps the order of insertion: the first is the oldest.
    for (const oldest of seen) {
      if (seen.size <= REMEMBERED) break;
      seen.delete(oldest);
    }
    if (newest === undefined || BigInt(event.timeNano) > BigInt(newest)) newest = event.timeNano;
    return true;
  };

  return {
    add: (event) => {
      if (!remember(event)) return false;
      const key = countedAs(event);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return true;
    },
    seed: remember,
    isEmpty: () => seen.size === 0,
    beginsAtMs: (connectedAtMs) => (began ??= connectedAtMs),
    newestTimeNano: () => newest,
    countReconnect: () => reconnects++,
    countGap: () => gaps++,
    snapshot: (isStreaming) => ({
      up: isStreaming,
      ...(newest !== undefined && { lastEventSeconds: Number(newest) / 1e9 }),
      reconnects,
      gaps,
      counts: CLOSED_LIST.map(([type, action]) => [type, action, counts.get(`${type} ${action}`) ?? 0]),
    }),
  };
}

function countedAs({ type, action }: DockerEvent): string {
  const actions = Object.entries(EVENT_ACTIONS).find(([known]) => known === type)?.[1];
  if (actions === undefined) return 'other other';
  return `${type} ${actions.some((known) => known === action) ? action : 'other'}`;
}
