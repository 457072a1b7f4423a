import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { DockerEvent } from '../model/event.ts';
import type { HostSnapshot } from '../model/world.ts';
import { withDeadline } from '../util/deadline.ts';
import type { EngineCall } from './api.ts';
import { type Connection, openConnection } from './connection.ts';
import { EngineError } from './error.ts';
import { createEventLedger } from './event-ledger.ts';
import { createHostState, type HostStatus } from './host-state.ts';
import { createInventory, type Inventory } from './inventory.ts';
import { keepConnected } from './keep-connected.ts';
import { observeEngine, type Seen } from './observe.ts';
import { parseInspect } from './parse/inspect.ts';
import { parseStats } from './parse/stats.ts';
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

  const inventory = createEngineInventory(() => live?.connection, stopping.signal);
  const state = createHostState(logger, inventory.size);

  const connect = async (abort: AbortController) => {
    const connection = await openConnection({ transport, timeoutMs, observe: onCall }, abort.signal);
    live = { connection, sampler: createEngineSampler(connection), abort };
    state.learn(connection.engine);
    await watchEngine({ connection, ledger, inventory, logger, onEvent, state }, abort.signal);
  };
  const onEnd = () => {
    state.endStream();
    ledger.countReconnect();
  };
  const done = keepConnected({ connect, onEnd, onFailure: state.goDown }, stopping.signal);

  const look = async (view: ContainerView, timeMs: number, signal: AbortSignal): Promise<Seen> => {
    if (live === undefined || state.status().phase !== 'up') return { containers: [] };
    const seen = await observeEngine({ ...live, inventory, view, timeMs }, signal);
    if (seen.ok) {
      for (const failure of seen.sampleFailures) onSampleFailure(failure);
      return seen.snapshot;
    }
    // A host that is being stopped is not down.
    if (!stopping.signal.aborted) state.goDown(seen.error);
    live.abort.abort(seen.error);
    return { containers: [] };
  };

  return {
    name,
    status: state.status,
    attempted: state.attempted,
    observe: async (view, deadlineMs) => {
      const seen = await withDeadline(stopping.signal, deadlineMs, (signal) => look(view, deadlineMs, signal)).catch(
        (err: unknown) => {
          logger.error({ err }, 'host not read');
          return { outcome: { ok: false, reason: 'internal' }, containers: [] } as const;
        },
      );
      return { host: name, seriesLabels, ...state.snapshot(), events: ledger.snapshot(state.isStreaming()), ...seen };
    },
    stop: async () => {
      stopping.abort();
      await done;
      await transport.close();
    },
  };
}

function createEngineInventory(connection: () => Connection | undefined, signal: AbortSignal): Inventory {
  return createInventory({
    inspect: async (id) => {
      const api = connection()?.api;
      if (api === undefined) throw new EngineError('unreachable', 'not connected');
      return parseInspect(await api.inspectContainer(id, signal));
    },
    concurrency: INSPECTS_AT_ONCE,
    nowMs: () => performance.now(),
  });
}

function createEngineSampler({ api }: Connection): Sampler {
  return createSampler({
    read: async (id, signal) => parseStats(await api.sampleContainer(id, signal)),
    ...(api.maxConcurrentCalls !== undefined && { maxConcurrentCalls: api.maxConcurrentCalls }),
    nowMs: () => performance.now(),
  });
}
