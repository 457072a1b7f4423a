import type { Clock } from '../clock.ts';

/** One event of the engine. */
export interface EngineEvent {
  readonly type: string;
  readonly action: string;
  readonly actorId: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly timeNano: bigint;
}

export interface EventLog {
  readonly emit: (event: Omit<EngineEvent, 'timeNano'>) => void;
  /**
   * The backlog between two times, oldest first. The scan runs backwards and ends at the first event older than
   * `sinceNano`: after the clock stepped back it may find nothing.
   */
  readonly backlog: (range: {
    readonly sinceNano: bigint | undefined;
    readonly untilNano: bigint | undefined;
  }) => readonly EngineEvent[];
  /** Returns what ends it. */
  readonly subscribe: (listener: (event: EngineEvent) => void) => () => void;
  readonly forget: () => void;
  readonly listeners: () => number;
}

/** The engine keeps this many, of all types, in memory. */
const KEPT = 256;

export function createEventLog(clock: Clock): EventLog {
  const kept: EngineEvent[] = [];
  const listeners = new Set<(event: EngineEvent) => void>();
  return {
    emit: (event) => {
      const stamped = { ...event, timeNano: clock.nowNano() };
      kept.push(stamped);
      if (kept.length > KEPT) kept.shift();
      for (const listener of listeners) listener(stamped);
    },
    backlog: ({ sinceNano, untilNano }) => {
      if (sinceNano === undefined && untilNano === undefined) return [];
      const tooOld = kept.findLastIndex((event) => event.timeNano < (sinceNano ?? 0n));
      return kept.slice(tooOld + 1).filter((event) => untilNano === undefined || event.timeNano <= untilNano);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    forget: () => void kept.splice(0),
    listeners: () => listeners.size,
  };
}
