import type { Logger } from 'pino';
import type { DockerEvent } from '../model/event.ts';
import { every, pause } from '../util/pause.ts';
import type { Connection } from './connection.ts';
import { openEventFeed } from './event-feed.ts';
import type { EventLedger } from './event-ledger.ts';
import type { HostState } from './host-state.ts';
import type { Inventory } from './inventory.ts';
import type { EngineCounts } from './parse/engine.ts';
import { parseList } from './parse/list.ts';
import { countStates } from './visible.ts';

/** What the life of one connection works on. */
export interface WatchOptions {
  readonly connection: Connection;
  readonly ledger: EventLedger;
  readonly inventory: Inventory;
  readonly state: HostState;
  readonly logger: Logger;
  readonly onEvent: (event: DockerEvent) => void;
}

const REFRESH_MS = 1000;
const INFO_MS = 60_000;
const INFOS_PER_SAFETY_NET = 5;
const RECHECK_MS = 5000;
const NEWEST = 20;

/** Keeps the inventory current by the engine's events; returns when their stream ends. Throws an EngineError. */
export async function watchEngine(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { connection, ledger, inventory, logger, onEvent, state } = options;
  const feed = await openEventFeed(
    {
      ...connection,
      ledger,
      onEvent: (event) => {
        inventory.apply(event);
        onEvent(event);
      },
      onMalformed: (err) => logger.warn({ err }, 'event not understood'),
    },
    signal,
  );
  const replay = await feed.replay;
  if (replay === 'gap') {
    ledger.countGap();
    logger.warn({}, 'events may be lost: reading the whole inventory again');
  }
  // Events keep a list current, but there must have been one.
  if (replay !== 'complete' || !inventory.isListed()) await readAll(options, signal);
  await inventory.settled();
  state.goUp();
  void every(REFRESH_MS, signal, () => inventory.refresh(REFRESH_MS));
  void keepChecking(options, signal);
  // A proxy that has had enough of a stream ends or resets it: if the engine is gone, the next connection will tell.
  await feed.ended.catch((err: unknown) => {
    signal.throwIfAborted();
    logger.debug({ err }, 'event stream broke');
  });
}

async function readAll({ connection, inventory }: WatchOptions, signal: AbortSignal): Promise<void> {
  await inventory.readAll(async () => parseList(await connection.api.listContainers(undefined, signal)));
}

/** Engine facts once a minute; every fifth time whether the inventory still is what the engine has. */
async function keepChecking(options: WatchOptions, signal: AbortSignal): Promise<void> {
  let infos = 0;
  await every(INFO_MS, signal, async () => {
    try {
      const { engine, counts } = await options.connection.readAgain(signal);
      options.state.learn(engine);
      infos++;
      if (infos % INFOS_PER_SAFETY_NET === 0) await checkInventory(options, counts, signal);
    } catch (err) {
      // Whether the engine is up is the ping's to say.
      options.logger.debug({ err }, 'engine not checked');
    }
  });
}

/** An event that never came: the newest containers show it at once, a wrong count (seen twice) by a whole list (R41). */
async function checkInventory(options: WatchOptions, counts: EngineCounts | undefined, signal: AbortSignal) {
  const { connection, inventory, logger } = options;
  const newest = parseList(await connection.api.listContainers(NEWEST, signal));
  inventory.add(newest.filter((id) => !inventory.has(id)));
  if (connection.product === 'podman' || agrees(counts, inventory)) return;
  await pause(RECHECK_MS, signal);
  const { counts: again } = await connection.readAgain(signal);
  if (agrees(again, inventory)) return;
  logger.warn({}, 'inventory differs from the engine: reading it again');
  await readAll(options, signal);
}

/** The engine counts restarting and created as stopped (R11). */
function agrees(counts: EngineCounts | undefined, inventory: Inventory): boolean {
  if (counts === undefined) return true;
  const { running, paused } = countStates(inventory.containers());
  return counts.total === inventory.size() && counts.running === running && counts.paused === paused;
}
