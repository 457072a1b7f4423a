import { isDeepStrictEqual } from 'node:util';
import type { EngineContainer } from '../model/engine-container.ts';
import type { DockerEvent } from '../model/event.ts';
import { createLimit } from '../util/limit.ts';
import { waitAtMost } from '../util/wait-at-most.ts';
import { EngineError } from './error.ts';

/**
 * The containers that an engine has now, learnt from its events: an event only says whom to ask about, the answer
 * comes from inspect. So events may come twice or in any order.
 */
export interface Inventory {
  readonly containers: () => Iterable<EngineContainer>;
  /** Of the containers that are known. */
  readonly size: () => number;
  /** Of those that are there, but could not be inspected. */
  readonly unknown: () => number;
  /** Their ids. */
  readonly unknownIds: () => readonly string[];
  /** Whether there was a complete list. */
  readonly isListed: () => boolean;
  /** Something was missed: the next connection reads the list again. */
  readonly distrust: () => void;
  readonly has: (id: string) => boolean;
  /** Undefined while it is not known. */
  readonly find: (id: string) => EngineContainer | undefined;
  /** Asks about the container of an event that changes one; of one that changes its networks with the next refresh. */
  readonly apply: (event: DockerEvent) => void;
  /** Asks about containers that may be new. */
  readonly add: (ids: Iterable<string>) => void;
  /** Reads a complete list: asks about all on it, forgets who is not, unless an event told of them meanwhile. */
  readonly readAll: (list: () => Promise<readonly string[]>) => Promise<void>;
  /**
   * Called once in this time: asks, evenly spread, about those of whom something may have changed without an event, each once a
   * minute, and now and then about the others.
   */
  readonly refresh: (everyMs: number) => void;
  /**
   * Resolves when every question of now is answered or failed, or none was for a second: one that hangs holds up nobody,
   * nor do containers that start and end all the time.
   */
  readonly settled: () => Promise<void>;
}

export interface InventoryOptions {
  /** Rejects with an EngineError; gone when there is no such container. */
  readonly inspect: (id: string) => Promise<EngineContainer>;
  readonly concurrency: number;
  /** Whether the engine tells by an event of each change but those that time brings; Podman tells of no changed limit. */
  readonly areChangesTold: () => boolean;
  /** Resolves when what happens to a container together has happened: a question before would be in vain. */
  readonly gathered: () => Promise<void>;
  /** Called with each answer that is not out of date: its question began after the container's last event. */
  readonly onAnswer: (container: EngineContainer) => void;
  /** Called at the first of several failures in a row. */
  readonly onFailure: (id: string, error: unknown) => void;
  /** Never goes back. */
  readonly nowMs: () => number;
}

interface Entry {
  container?: EngineContainer;
  /** A question waits for a free place: what happens until it starts needs no other. */
  queued: boolean;
  /** The one that is under way; the next waits for its end, so that the last to start is the last to answer (R44). */
  asking?: Promise<void>;
  /** When to ask again without an event; never while a question is under way. */
  dueAtMs: number;
  /** Of the last event that concerned it. */
  eventAtMs: number;
  /** When the question began whose answer is here. */
  answeredAtMs: number;
  failures: number;
}

/**
 * After which a container's inspect may say something else. A kill is followed by a die, a restart by a start; stop is
 * the only event of one that is stopped while its restart policy waits.
 */
const CHANGING = new Set([
  'create',
  'start',
  'die',
  'stop',
  'pause',
  'unpause',
  'rename',
  'update',
  'health_status',
  'oom',
]);
/** Gives a container an address, or takes it. */
const ATTACHING = new Set(['connect', 'disconnect']);
/** Streaks of failed checks change without an event, and a removal that fails leaves a dead container behind. */
const REFRESH_MS = 60_000;
/** At most so long until one is asked about of whom events tell all: the engine drops some for a reader that is slow. */
const RARE_REFRESH_MS = 600_000;
/** A container that cannot be inspected is asked about after 1, 2, 4 … at most so many seconds (R40). */
const MAX_BACKOFF_SECONDS = 480;
/** The same while nothing is known of it, or something else than is true. */
const MAX_BACKOFF_UNKNOWN_SECONDS = 10;
/** An inspect takes some milliseconds: one that takes longer gives its place to the next, though it may still answer. */
const PLACE_MS = 500;
const NO_PROGRESS_MS = 1000;
/** So many unanswered questions are no engine's doing; what is passed over, the comparison with the engine finds. */
const MAX_OPEN = 10_000;
/** An id becomes part of a path: whatever else an engine sends is none. */
const CONTAINER_ID = /^[0-9a-f]{64}$/;

const NEW_ENTRY: Readonly<Entry> = {
  queued: false,
  dueAtMs: Number.POSITIVE_INFINITY,
  eventAtMs: 0,
  answeredAtMs: 0,
  failures: 0,
};
export function createInventory(options: InventoryOptions): Inventory {
  const entries = new Map<string, Entry>();
  const { entryOf, ask, settled, isFull } = createQuestions(entries, options);
  const attachments = createAttachments(entries, ask);
  let listed = false;
  return {
    *containers() {
      for (const { container } of entries.values()) if (container !== undefined) yield container;
    },
    size: () => countKnown(entries),
    unknown: () => entries.size - countKnown(entries),
    unknownIds: () => [...entries].flatMap(([id, { container }]) => (container === undefined ? [id] : [])),
    isListed: () => listed,
    distrust: () => {
      listed = false;
    },
    has: (id) => entries.has(id),
    find: (id) => entries.get(id)?.container,
    apply: (event) => {
      const { type, action, actorId } = event;
      if (type === 'network') attachments.note(event, options.nowMs());
      if (type !== 'container' || !CONTAINER_ID.test(actorId)) return;
      if (action === 'destroy') entries.delete(actorId);
      if (!CHANGING.has(action) || (isFull() && !entries.has(actorId))) return;
      entryOf(actorId).eventAtMs = options.nowMs();
      ask(actorId);
    },
    add: (ids) => {
      for (const id of ids) ask(id);
    },
    readAll: async (list) => {
      const askedForAtMs = options.nowMs();
      const ids = await list();
      listed = true;
      const present = new Set(ids);
      for (const [id, entry] of entries) if (!present.has(id) && entry.eventAtMs < askedForAtMs) entries.delete(id);
      for (const id of ids) ask(id);
    },
    refresh: (everyMs) => {
      const now = options.nowMs();
      attachments.ask(now);
      const due: { readonly id: string; readonly dueAtMs: number }[] = [];
      // Each second, mostly in vain: nothing is made of who is not due.
      entries.forEach(({ dueAtMs }, id) => {
        if (dueAtMs <= now) due.push({ id, dueAtMs });
      });
      due.sort((a, b) => a.dueAtMs - b.dueAtMs);
      for (const { id } of due.slice(0, Math.ceil((entries.size * everyMs) / REFRESH_MS))) ask(id);
    },
    settled,
  };
}

/**
 * Each start and each end comes with such an event, and with events that are asked about anyway. So it waits for the
 * next refresh: asked about at once, ends one after the other would leave no moment in which nothing is asked.
 */
function createAttachments(entries: ReadonlyMap<string, Entry>, ask: (id: string) => void) {
  /** By id, when a network took it in or let it go. */
  const attachedAtMs = new Map<string, number>();
  return {
    /** Podman names the container as the actor, and its network nowhere. */
    note: ({ action, actorId, attributes }: DockerEvent, nowMs: number) => {
      const id = attributes['container'] ?? actorId;
      if (ATTACHING.has(action) && entries.has(id)) attachedAtMs.set(id, nowMs);
    },
    ask: (nowMs: number) => {
      for (const [id, atMs] of attachedAtMs) {
        const entry = entries.get(id);
        const isOver = entry === undefined || atMs < entry.answeredAtMs;
        if (!isOver && !isRunning(entry)) continue;
        attachedAtMs.delete(id);
        if (isOver) continue;
        entry.eventAtMs = nowMs;
        ask(id);
      }
    },
  };
}

function isRunning({ container }: Entry): boolean {
  return container?.facts.state === 'running' || container?.facts.state === 'paused';
}

function countKnown(entries: ReadonlyMap<string, Entry>): number {
  let known = 0;
  for (const { container } of entries.values()) if (container !== undefined) known++;
  return known;
}

/** At most one question about a container is under way and one waits; all that comes meanwhile is that one's to answer. */
function createQuestions(entries: Map<string, Entry>, options: InventoryOptions) {
  const { inspect, concurrency, areChangesTold, gathered, nowMs, onAnswer, onFailure } = options;
  const open = new Set<Promise<void>>();
  let answers = 0;
  const places = createLimit(concurrency);

  const entryOf = (id: string): Entry => {
    const entry = entries.get(id) ?? { ...NEW_ENTRY };
    entries.set(id, entry);
    return entry;
  };

  const answer = async (id: string, entry: Entry): Promise<void> => {
    entry.queued = false;
    entry.dueAtMs = Number.POSITIVE_INFINITY;
    const askedAtMs = nowMs();
    try {
      const container = await inspect(id);
      entry.failures = 0;
      entry.answeredAtMs = askedAtMs;
      entry.container = keepSame(entry.container, container);
      if (entries.get(id) === entry && askedAtMs >= entry.eventAtMs) onAnswer(entry.container);
    } catch (error) {
      // Gone for good: ids are never given twice.
      if (error instanceof EngineError && error.failure === 'gone') entries.delete(id);
      else if (fail(entry) === 1) onFailure(id, error);
    }
    answers++;
    entry.dueAtMs = nowMs() + (entry.failures === 0 ? refreshMs(id, entry, areChangesTold()) : backoffMs(entry));
  };

  const ask = (id: string): void => {
    const entry = entryOf(id);
    if (entry.queued) return;
    entry.queued = true;
    const question = Promise.all([gathered(), entry.asking]).then(() =>
      places.run(() => {
        entry.asking = answer(id, entry);
        return waitAtMost(PLACE_MS, entry.asking);
      }),
    );
    open.add(question);
    void question.finally(() => open.delete(question));
  };

  const settled = async () => {
    const all = Promise.all(open).then(() => true);
    for (let before = -1; answers > before; ) {
      before = answers;
      if ((await waitAtMost(NO_PROGRESS_MS, all)) === true) return;
    }
  };

  return { entryOf, ask, settled, isFull: () => open.size >= MAX_OPEN };
}

/** Returns how often in a row. The last answer stands, unless an event said that it is out of date: absent beats wrong. */
function fail(entry: Entry): number {
  if (entry.eventAtMs > entry.answeredAtMs) delete entry.container;
  return ++entry.failures;
}

function refreshMs(id: string, { container }: Entry, areChangesTold: boolean): number {
  if (!areChangesTold || container?.facts.state !== 'running' || container.description.hasHealthcheck)
    return REFRESH_MS;
  // By its id, from half of it on: who was asked about at the same moment is not again.
  return RARE_REFRESH_MS * (0.5 + Number.parseInt(id.slice(0, 4), 16) / 2 ** 17);
}

function backoffMs({ failures, container }: Entry): number {
  const mostSeconds = container === undefined ? MAX_BACKOFF_UNKNOWN_SECONDS : MAX_BACKOFF_SECONDS;
  return Math.min(2 ** (failures - 1), mostSeconds) * 1000;
}

/** The old parts as long as the new ones say the same: what was made of them hangs on the objects (R43). */
function keepSame(old: EngineContainer | undefined, container: EngineContainer): EngineContainer {
  if (old === undefined) return container;
  const same = <T>(before: T, now: T) => (isDeepStrictEqual(before, now) ? before : now);
  return {
    ...container,
    description: same(old.description, container.description),
    network: same(old.network, container.network),
  };
}
