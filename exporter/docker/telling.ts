import type { ContainerDescription, EngineContainer } from '../model/engine-container.ts';
import type { DockerEvent } from '../model/event.ts';
import type { Gap } from '../model/gap.ts';
import type { HealthTransition } from '../model/health-transition.ts';
import type { ExitReason } from '../model/lifecycle.ts';
import { createHealthWatch } from './health-watch.ts';
import type { EngineProduct } from './parse/engine.ts';

/** What is known of an event beside what it says. */
export interface EventKnowledge {
  readonly runtime: EngineProduct;
  /** Of an end, where it was settled in time. */
  readonly exitReason?: ExitReason;
  /** Of the container that it is about, or that joins or leaves what it is about; absent while it is not known. */
  readonly container?: ContainerDescription;
}

/** Whom a host tells what happens on its engine. None of them may wait or throw. */
export interface HostListeners {
  /** Once for each event; a second time for those of the last moments of an earlier process, who may not have lived to tell them. */
  readonly onEvent: (event: DockerEvent, known: EventKnowledge) => void;
  readonly onHealth?: (transition: HealthTransition) => void;
  readonly onGap?: (gap: Gap) => void;
}

/** What a host tells. */
export interface Telling {
  /** An event that is new. */
  readonly event: (event: DockerEvent) => void;
  /** One that is replayed and known. */
  readonly knownEvent: (event: DockerEvent) => void;
  /** The end that an event told of got its reason. */
  readonly exit: (exit: SettledExit) => void;
  readonly look: (container: EngineContainer) => void;
  /** Events are lost, after the first time and, where that is known, before the second. */
  readonly lostEvents: (lost: {
    readonly fromNano?: string;
    readonly toNano?: string;
    readonly reason: string;
  }) => void;
  /** Tells at once what waits. */
  readonly stop: () => void;
}

export interface SettledExit {
  readonly id: string;
  /** As its event has it, in Unix seconds. */
  readonly atSeconds: number;
  readonly reason: ExitReason;
}

export interface TellingOptions extends HostListeners {
  readonly host: string;
  readonly runtime: () => EngineProduct;
  /** Of a container, by its id. */
  readonly describe: (id: string) => ContainerDescription | undefined;
  /** The newest event that an earlier process knew. */
  readonly newestTimeNano: string | undefined;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

/** An end gets its reason half a second after its event; one that gets none is told all the same. */
const PATIENCE_MS = 2000;
/** What a process knew so long before its end it has told: a reason takes two seconds, a disk one or two. */
const UNTOLD_NANO = 10_000_000_000n;

export function createTelling(options: TellingOptions): Telling {
  const { host, runtime, describe, newestTimeNano, nowMs, onHealth, onGap } = options;
  const onEvent = (event: DockerEvent, exitReason?: ExitReason) => {
    const { type, actorId, attributes } = event;
    const container = describe(type === 'container' ? actorId : (attributes['container'] ?? ''));
    const known = { runtime: runtime(), ...(container && { container }) };
    options.onEvent(event, exitReason === undefined ? known : { ...known, exitReason });
  };
  const nowNano = () => BigInt(nowMs()) * 1_000_000n;
  const newestNano = newestTimeNano === undefined ? nowNano() : BigInt(newestTimeNano);
  const untoldSinceNano = newestNano - UNTOLD_NANO;
  const ends = createWaitingEnds(onEvent);
  const told = new Set<string>();
  const health = createHealthWatch({
    untoldSinceNano,
    onTransition: (transition) => onHealth?.({ ...transition, runtime: runtime() }),
  });
  return {
    event: (event) => {
      if (event.type === 'container' && event.action === 'destroy') health.forget(event.actorId);
      if (event.type === 'container' && event.action === 'die') ends.add(event);
      else onEvent(event);
    },
    knownEvent: (event) => {
      const atNano = BigInt(event.timeNano);
      const key = `${event.timeNano} ${event.action} ${event.actorId}`;
      if (newestTimeNano === undefined || atNano < untoldSinceNano || atNano > newestNano || told.has(key)) return;
      told.add(key);
      onEvent(event);
    },
    exit: ends.settle,
    look: health.look,
    lostEvents: ({ fromNano, toNano, reason }) =>
      onGap?.({
        source: `events of ${host}`,
        reason,
        ...(fromNano !== undefined && { fromNano }),
        toNano: toNano ?? String(nowNano()),
      }),
    stop: ends.tellAll,
  };
}

/** Ends whose reason is still to come. */
function createWaitingEnds(tell: (event: DockerEvent, reason?: ExitReason) => void) {
  const waiting = new Map<string, { readonly event: DockerEvent; readonly timer: NodeJS.Timeout }>();
  const end = (key: string, reason?: ExitReason) => {
    const found = waiting.get(key);
    if (found === undefined) return;
    clearTimeout(found.timer);
    waiting.delete(key);
    tell(found.event, reason);
  };
  return {
    add: (event: DockerEvent) => {
      const key = keyOf(event.actorId, Number(event.timeNano) / 1e9);
      // Two in one moment are no end of one container.
      end(key);
      waiting.set(key, { event, timer: setTimeout(() => end(key), PATIENCE_MS).unref() });
    },
    settle: ({ id, atSeconds, reason }: SettledExit) => end(keyOf(id, atSeconds), reason),
    tellAll: () => {
      for (const key of [...waiting.keys()]) end(key);
    },
  };
}

function keyOf(id: string, atSeconds: number): string {
  return `${id} ${atSeconds}`;
}
