import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { DockerEvent } from '../model/event.ts';
import type { HostSnapshot } from '../model/world.ts';
import { withDeadline } from '../util/deadline.ts';
import { untilAborted } from '../util/until-aborted.ts';
import type { EngineCall } from './api.ts';
import { type Connection, openConnection } from './connection.ts';
import { EngineError, failureOf } from './error.ts';
import { createEventLedger } from './event-ledger.ts';
import { createHostState, type HostStatus } from './host-state.ts';
import { createInventory, type Inventory } from './inventory.ts';
import { keepConnected } from './keep-connected.ts';
import { observeEngine } from './observe.ts';
import { createSampler, type SampleFailure, type Sampler } from './sampler.ts';
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
  readonly stop: () => Promise<void>;
}

export interface HostOptions {
  readonly name: string;
  readonly address: EngineAddress;
  /** Of one call. */
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly onCall: (call: EngineCall) => void;
  readonly onSampleFailure: (failure: SampleFailure) => void;
  readonly onEvent: (event: DockerEvent) => void;
}

/** What there is as long as a connection lives. */
interface Live {
  readonly connection: Connection;
  readonly sampler: Sampler;
  readonly abort: AbortController;
}

const INSPECTS_AT_ONCE = 4;

export function createHost(options: HostOptions): Host {
  const { name, timeoutMs, onCall, onEvent, onSampleFailure } = options;
  const logger = options.logger.child({ host: name });
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const transport = openTransport(options.address);
  const ledger = createEventLedger();
  const seriesLabels = { host: name };
  let live: Live | undefined;

  const inventory = createEngineInventory({ connection: () => live?.connection, logger, signal: stopping.signal });
  const state = createHostState({ logger, countContainers: inventory.size, onStreamEnd: ledger.countReconnect });

  const connect = async (abort: AbortController) => {
    const connection = await openConnection({ transport, timeoutMs, observe: onCall }, abort.signal);
    live = { connection, sampler: createEngineSampler(connection), abort };
    state.learn(connection.engine);
    await watchEngine({ connection, ledger, inventory, logger, onEvent, state }, abort.signal);
  };
  const done = keepConnected({ connect, onEnd: state.endStream, onFailure: state.goDown }, stopping.signal);

  const look = async (view: ContainerView, timeMs: number, signal: AbortSignal): Promise<Partial<HostSnapshot>> => {
    if (live === undefined || state.status().phase !== 'up') return {};
    const { connection, sampler, abort } = live;
    const fail = (error: unknown) => {
      if (!stopping.signal.aborted) state.goDown(error);
      abort.abort(error);
    };
    const pinged = await untilAborted(pingEngine(connection, stopping.signal, fail), signal).catch(
      (): typeof LATE => LATE,
    );
    if (pinged === LATE) return { outcome: { ok: false, reason: 'timeout' } };
    if (pinged === undefined) return {};
    const { snapshot, sampleFailures } = await observeEngine({ pinged, sampler, inventory, view, timeMs }, signal);
    for (const failure of stopping.signal.aborted ? [] : sampleFailures) onSampleFailure(failure);
    return snapshot;
  };

  return {
    name,
    status: state.status,
    attempted: state.attempted,
    observe: async (view, deadlineMs) => {
      const looking = withDeadline(stopping.signal, deadlineMs, (signal) => look(view, deadlineMs, signal));
      const seen = await looking.catch((err: unknown) => ownFault(err, logger));
      const known = { host: name, seriesLabels, containers: [], events: ledger.snapshot(state.isStreaming()) };
      // A host that is being stopped has nothing to say any more, and is not down either.
      return stopping.signal.aborted
        ? { ...known, outcome: { ok: false } }
        : { ...known, ...state.snapshot(), ...seen };
    },
    stop: async () => {
      stopping.abort();
      await done;
      await transport.close();
    },
  };
}

/** A fault of ours costs the host's part of one scrape. */
function ownFault(err: unknown, logger: Logger): Partial<HostSnapshot> {
  logger.error({ err }, 'host not read');
  return { outcome: { ok: false, reason: 'internal' } };
}

/** A scrape that has less time than the engine takes is without it; that makes no engine one that is down. */
const LATE = 'late';

/** With a time of its own. Calls `fail`, and gives nothing, when the engine does not answer. */
async function pingEngine({ api }: Connection, signal: AbortSignal, fail: (error: unknown) => void) {
  const askedAtMs = Date.now();
  try {
    // A connection that was idle may be closed by a proxy at this very moment: one failure to reach is none.
    const ping = await api.ping(signal).catch((error: unknown) => {
      if (failureOf(error) !== 'unreachable') throw error;
      return api.ping(signal);
    });
    return { ...ping, askedAtMs, answeredAtMs: Date.now() };
  } catch (error) {
    fail(error);
    return undefined;
  }
}

interface InventorySurroundings {
  readonly connection: () => Connection | undefined;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

function createEngineInventory({ connection, logger, signal }: InventorySurroundings): Inventory {
  return createInventory({
    inspect: async (id) => {
      const api = connection()?.api;
      if (api === undefined) throw new EngineError('unreachable', 'not connected');
      return api.inspectContainer(id, signal);
    },
    concurrency: INSPECTS_AT_ONCE,
    onFailure: (id, err) => {
      if (!signal.aborted) logger.warn({ container: id.slice(0, 12), err }, 'container not inspected');
    },
    nowMs: () => performance.now(),
  });
}

function createEngineSampler({ api }: Connection): Sampler {
  return createSampler({
    read: api.sampleContainer,
    ...(api.maxConcurrentCalls !== undefined && { maxConcurrentCalls: api.maxConcurrentCalls }),
    nowMs: () => performance.now(),
  });
}
