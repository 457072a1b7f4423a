import type { Logger } from 'pino';
import type { DockerEvent } from '../model/event.ts';
import { every, pause } from '../util/pause.ts';
import type { Connection } from './connection.ts';
import { openEventFeed } from './event-feed.ts';
import type { HostState } from './host-state.ts';
import type { Inventory } from './inventory.ts';
import type { KeptMemory } from './keep-memory.ts';
import type { EngineCounts } from './parse/engine.ts';
import type { Telling } from './telling.ts';
import { countStates } from './visible.ts';

/** What the life of one connection works on. */
export interface WatchOptions {
  readonly connection: Connection;
  readonly memory: KeptMemory;
  readonly inventory: Inventory;
  readonly state: HostState;
  readonly logger: Logger;
  readonly telling: Telling;
}

const REFRESH_MS = 1000;
const MINUTE_MS = 60_000;
const INFOS_PER_LIST = 5;
const RECHECK_MS = 5000;
const NEWEST = 20;

/**
 * Keeps the inventory current by the engine's events; returns when their stream ends, or when something of it may be
 * lost. Throws an EngineError.
 */
export async function watchEngine(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { connection, memory, inventory, logger, state } = options;
  memory.meet(connection.engineId);
  memory.ledger.beginReplay();
  const news = createNews(memory.ledger.newestTimeNano());
  const feed = await openEventFeed({ ...connection, ledger: memory.ledger, ...listeners(options, news) }, signal);
  const verdict = await feed.replay;
  if (verdict === 'gap' || memory.ledger.isInDoubt()) {
    loseTrust(options);
    options.telling.lostEvents({ ...news.span(), reason: verdict === 'gap' ? 'replay_incomplete' : 'events_missed' });
    logger.warn({}, 'events may be lost: reading the whole inventory again');
  }
  memory.ledger.endReplay();
  // A process that ends soon, as each next one may, must not begin at the same event: the engine keeps few.
  void memory.keep();
  // What is known may be older than the stream of this connection, and nothing proves the contrary.
  if (verdict === 'unknown') memory.lifecycle.doubt();
  // Events keep a list current, but there must have been one.
  if (verdict === 'unknown' || !inventory.isListed()) await readAll(options, signal);
  await inventory.settled();
  memory.goCurrent();
  state.goUp();
  void checkEveryMinute(options, signal);
  // A proxy that has had enough of a stream ends or resets it: if the engine is gone, the next connection will tell.
  const ended = feed.ended.catch((err: unknown) => {
    signal.throwIfAborted();
    logger.debug({ err }, 'event stream broke');
  });
  await Promise.race([ended, refreshUntilInDoubt(options, signal)]);
}

/** Events are missing: what became of the containers is for a comparison to find. */
function loseTrust({ memory, inventory }: WatchOptions): void {
  memory.ledger.countGap();
  memory.lifecycle.doubt();
  inventory.distrust();
}

/** Between which times events can be lost: the newest one known before a connection, and the first that is new. */
function createNews(fromNano: string | undefined) {
  let toNano: string | undefined;
  return {
    add: ({ timeNano }: DockerEvent) => {
      toNano ??= timeNano;
    },
    span: () => ({ ...(fromNano !== undefined && { fromNano }), ...(toNano !== undefined && { toNano }) }),
  };
}

function listeners({ memory, inventory, logger, telling }: WatchOptions, news: ReturnType<typeof createNews>) {
  let malformed = 0;
  return {
    onEvent: (event: DockerEvent) => {
      news.add(event);
      memory.lifecycle.apply(event, true);
      inventory.apply(event);
      telling.event(event);
    },
    onKnownEvent: telling.knownEvent,
    onEarlierEvent: (event: DockerEvent) => memory.lifecycle.apply(event, false),
    onMalformed: (err: unknown) => {
      // A remote that sends nothing else would fill the log.
      if (malformed === 0) logger.warn({ err }, 'event not understood; further ones of this connection are not told');
      malformed++;
    },
  };
}

async function readAll({ connection, inventory, memory }: WatchOptions, signal: AbortSignal): Promise<void> {
  await inventory.readAll(() => connection.api.listContainers(undefined, signal));
  memory.lifecycle.reconcile(inventory.has);
}

/** Engine facts once a minute, and whether the inventory still is what the engine has. */
function checkEveryMinute(options: WatchOptions, signal: AbortSignal): Promise<void> {
  let infos = 0;
  return every(MINUTE_MS, signal, async () => {
    infos++;
    try {
      if (!(await findMissed(options, infos % INFOS_PER_LIST === 0, signal))) return;
      options.memory.ledger.doubt();
      options.logger.warn({}, 'events were missed: connecting anew');
    } catch (err) {
      // Whether the engine is up is the ping's to say.
      options.logger.debug({ err }, 'engine not checked');
    }
  });
}

/**
 * Refreshes the inventory until events were missed, or something came that cannot be understood and may have been one: the
 * next connection judges it. This one lasts a minute all the same, for a remote may send nothing else.
 */
async function refreshUntilInDoubt({ memory, inventory }: WatchOptions, signal: AbortSignal): Promise<void> {
  const lastsUntilMs = performance.now() + MINUTE_MS;
  while (performance.now() < lastsUntilMs || !memory.ledger.isInDoubt()) {
    await pause(REFRESH_MS, signal);
    signal.throwIfAborted();
    inventory.refresh(REFRESH_MS);
  }
}

/**
 * An event that never came shows in the engine's counts or, where one came for another, among the newest containers
 * (R41). Looked at twice: the first may be ahead of its event.
 */
async function findMissed(options: WatchOptions, withNewest: boolean, signal: AbortSignal): Promise<boolean> {
  const { connection, inventory, state } = options;
  const differs = async () => {
    const { engine, counts } = await connection.readAgain(signal);
    state.learn(engine);
    return connection.product === 'docker' && !agrees(counts, inventory);
  };
  const newest = withNewest ? await connection.api.listContainers(NEWEST, signal) : [];
  const isUnknown = () => newest.some((id) => !inventory.has(id));
  if (!(await differs()) && !isUnknown()) return false;
  await pause(RECHECK_MS, signal);
  return (await differs()) || isUnknown();
}

/** The engine counts restarting and created as stopped (R11). What cannot be inspected may be in any state (R40). */
export function agrees(counts: EngineCounts | undefined, inventory: Inventory): boolean {
  if (counts === undefined) return true;
  const { running, paused } = countStates(inventory.containers());
  const unknown = inventory.unknown();
  const mayBe = (counted: number, known: number) => counted >= known && counted <= known + unknown;
  return counts.total === inventory.size() + unknown && mayBe(counts.running, running) && mayBe(counts.paused, paused);
}
