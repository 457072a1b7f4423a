import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { EngineContainer } from '../model/engine-container.ts';
import type { SampleFailure } from '../model/sample.ts';
import type { HostSnapshot } from '../model/world.ts';
import { createBreather } from '../util/breather.ts';
import { withDeadline } from '../util/deadline.ts';
import { nextTurn } from '../util/next-turn.ts';
import { pause } from '../util/pause.ts';
import type { Trace } from '../util/trace.ts';
import type { EngineCall } from './api.ts';
import { type Connection, openConnection } from './connection.ts';
import { withoutEnded } from './ended.ts';
import { EngineError } from './error.ts';
import { createHostState, type HostStatus } from './host-state.ts';
import { createInventory, type Inventory } from './inventory.ts';
import { keepConnected } from './keep-connected.ts';
import { keepMemory } from './keep-memory.ts';
import { describeKnown, type KnownContainers } from './known-containers.ts';
import { type HostSurroundings, type Live, lookAtHost } from './look-at-host.ts';
import type { MemoryFile } from './memory-file.ts';
import { createNetworkDrivers, type NetworkDrivers } from './network-drivers.ts';
import type { EngineProduct } from './parse/engine.ts';
import { createSampler, type Sampler } from './sampler.ts';
import { createSampling, type SampleOptions } from './sampling.ts';
import { createTelling, type HostListeners, type SettledExit } from './telling.ts';
import { type EngineAddress, openTransport } from './transport/index.ts';
import type { ContainerView } from './visible.ts';
import { watchEngine } from './watch.ts';

/** One engine that is watched: its connection, its inventory, its state. */
export interface Host {
  readonly name: string;
  readonly status: () => HostStatus;
  /** Resolves when the first attempt to connect has succeeded or failed. */
  readonly attempted: Promise<unknown>;
  /** What the engine says now, as far as it can be had in this time. Does not wait for one that is known to be down. */
  readonly observe: (view: ContainerView, deadlineMs: number) => Promise<HostSnapshot>;
  /** What is known now, nobody being asked; undefined while the engine is not up. */
  readonly known: (view: ContainerView) => KnownContainers | undefined;
  readonly stop: () => Promise<void>;
}

export interface HostOptions extends HostListeners {
  readonly name: string;
  readonly address: EngineAddress;
  /** Of one call. */
  readonly timeoutMs: number;
  /** Absent: only the engine is asked. */
  readonly samples?: SampleOptions;
  /** For what has to survive a restart; no other host's. */
  readonly memoryFile: MemoryFile;
  /** Keys of the labels by which containers are shown and expected; absent: by none of them. */
  readonly matchedLabels?: () => readonly string[];
  readonly logger: Logger;
  readonly onCall: (call: EngineCall) => void;
  /** Of each call; absent where nothing is traced. */
  readonly trace?: Trace;
  readonly onSampleFailure: (failure: SampleFailure) => void;
}

const INSPECTS_AT_ONCE = 4;
/** An engine tells of one thing in several events, within some milliseconds. */
const GATHER_MS = 20;

export function createHost(options: HostOptions): Host {
  const { name, timeoutMs, onCall, onSampleFailure, trace } = options;
  const logger = options.logger.child({ host: name });
  const stopping = createStopping();
  const transport = openTransport(options.address);
  const seriesLabels = { host: name };
  let live: Live | undefined;

  const { memory, telling } = openMemory(
    { ...options, logger, product: () => live?.connection.product, find: (id) => inventory.find(id) },
    stopping.signal,
  );
  const inventory = createEngineInventory({
    connection: () => live?.connection,
    onAnswer: (container) => {
      memory.lifecycle.learn(container);
      telling.look(container);
    },
    logger,
    signal: stopping.signal,
  });
  const drivers = createEngineDrivers(() => live?.connection, stopping.signal);
  const state = createHostState({ logger, countContainers: inventory.size, onStreamEnd: memory.ledger.countReconnect });

  const connect = async (abort: AbortController) => {
    const connection = await openConnection({ transport, timeoutMs, observe: onCall, trace }, abort.signal);
    live = { connection, sampler: createEngineSampler(connection), abort };
    state.learn(connection.engine);
    const watching = watchEngine({ connection, memory, inventory, logger, telling, state }, abort.signal);
    // An answer that is still to come may be ahead of events that the next connection replays.
    await watching.finally(memory.lifecycle.hold);
  };
  const done = keepConnected({ connect, onEnd: state.endStream, onFailure: state.goDown }, stopping.signal);

  const ours = { live: () => live, inventory, memory, state, onSampleFailure, stopping: stopping.signal };
  const surroundings = { ...ours, ...createSampling(options.samples, logger) };

  return {
    name,
    status: state.status,
    attempted: state.attempted,
    observe: async (view, deadlineMs) => {
      const seen = await observeIn({ surroundings, view, logger }, deadlineMs);
      await memory.keep();
      const known = { host: name, seriesLabels, containers: [], events: { up: state.isStreaming() } };
      // A host that is being stopped has nothing to say any more, and is not down either.
      return stopping.signal.aborted
        ? { ...known, outcome: { ok: false } }
        : { ...known, ...state.snapshot(), ...seen };
    },
    known: (view) => describeKnown(surroundings, drivers, view),
    stop: async () => {
      stopping.abort();
      await done;
      telling.stop();
      surroundings.kernel?.close();
      await Promise.all([transport.close(), memory.close()]);
    },
  };
}

/** Each call and each wait of a host ends with it: more than ten listeners are no leak here. */
function createStopping(): AbortController {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  return stopping;
}

interface Observing {
  readonly surroundings: HostSurroundings;
  readonly view: ContainerView;
  readonly logger: Logger;
}

/** A fault of ours costs the host's part of one scrape. */
function observeIn({ surroundings, view, logger }: Observing, deadlineMs: number): Promise<Partial<HostSnapshot>> {
  const { memory, state, stopping } = surroundings;
  return withDeadline(stopping, deadlineMs, async (signal) => {
    const seen = await lookAtHost(surroundings, { view, timeMs: deadlineMs }, signal);
    const { clockSkewSeconds = 0, containerCounts, containers = [] } = seen;
    // To put together, to look and to save each take some milliseconds at 500 containers.
    await nextTurn();
    // Of one that is down the kernel's files tell containers, too, but not how many there are.
    const look = { view, isUp: containerCounts !== undefined, isStreaming: state.isStreaming(), clockSkewSeconds };
    const shown = withoutEnded(containers, memory.lifecycle.state);
    const told = { ...memory.snapshot(look), ...seen, containers: shown };
    await nextTurn();
    return told;
  }).catch((err: unknown) => {
    logger.error({ err }, 'host not read');
    return { outcome: { ok: false, reason: 'internal' } };
  });
}

interface MemoryOptions extends HostOptions {
  /** Of the engine that is connected now. */
  readonly product: () => EngineProduct | undefined;
  readonly find: (id: string) => EngineContainer | undefined;
}

/** What is remembered of the engine, and what is told of it: an end gets its reason from the one and is told by the other. */
function openMemory(options: MemoryOptions, signal: AbortSignal) {
  const { product, find, name, memoryFile, matchedLabels, logger, ...listeners } = options;
  const onExit = (exit: SettledExit) => telling.exit(exit);
  const memory = keepMemory({ host: name, file: memoryFile, matchedLabels, logger, onExit }, signal);
  const telling = createTelling({
    ...listeners,
    host: name,
    runtime: () => product() ?? 'docker',
    describe: (id) => find(id)?.description,
    newestTimeNano: memory.ledger.newestTimeNano(),
    nowMs: Date.now,
  });
  return { memory, telling };
}

interface InventorySurroundings {
  readonly connection: () => Connection | undefined;
  readonly onAnswer: (container: EngineContainer) => void;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

function createEngineInventory({ connection, onAnswer, logger, signal }: InventorySurroundings): Inventory {
  return createInventory({
    inspect: async (id) => {
      const api = connection()?.api;
      if (api === undefined) throw new EngineError('unreachable', 'not connected');
      return api.inspectContainer(id, signal);
    },
    concurrency: INSPECTS_AT_ONCE,
    areChangesTold: () => connection()?.product === 'docker',
    gathered: () => pause(GATHER_MS),
    onAnswer,
    onFailure: (id, err) => {
      if (!signal.aborted) logger.warn({ container: id.slice(0, 12), err }, 'container not inspected');
    },
    nowMs: () => performance.now(),
  });
}

function createEngineDrivers(connection: () => Connection | undefined, signal: AbortSignal): NetworkDrivers {
  return createNetworkDrivers({
    inspect: async (id) => {
      const api = connection()?.api;
      if (api === undefined) throw new EngineError('unreachable', 'not connected');
      return api.networkDriver(id, signal);
    },
    nowMs: () => performance.now(),
  });
}

function createEngineSampler({ api }: Connection): Sampler {
  // To begin 128 calls at once takes 20 ms.
  const breathe = createBreather();
  return createSampler({
    read: (id, signal) => breathe(() => api.sampleContainer(id, signal)),
    ...(api.maxConcurrentCalls !== undefined && { maxConcurrentCalls: api.maxConcurrentCalls }),
    nowMs: () => performance.now(),
  });
}
