import type { Access } from './access.ts';
import { createCluster } from './cluster/cluster.ts';
import { createFaults, type Fault, type FaultScope, type ScriptedFault } from './faults.ts';
import { type Flavour, flavours } from './flavour.ts';
import { listen } from './listener.ts';
import { createRecorder } from './recorder.ts';
import { createRouter } from './router.ts';
import { createServe } from './serve.ts';

export type { Access } from './access.ts';
export type { Fault, FaultScope, ScriptedFault } from './faults.ts';
export type { Flavour } from './flavour.ts';

export interface SimulatedStoreOptions {
  /** By default `elasticsearch-8`. */
  readonly flavour?: Flavour;
  /** PEM: then it speaks TLS alone. */
  readonly certificate?: ServerCertificate;
  /** Without it everybody may do everything. */
  readonly access?: Access;
  /** Of a request's body once inflated; 100 MiB as the products have it. */
  readonly maxContentLength?: number;
  /** What this one lacks: its endpoints are unknown, as in the real ones of the bed. */
  readonly without?: readonly StoreFeature[];
}

/** Parts of a product that an installation may lack. */
export type StoreFeature = 'ilm' | 'ism' | 'data-stream-lifecycle' | 'security';

export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A document as the store holds it. */
export interface HeldDocument {
  /** The backing index of a data stream, or the index itself. */
  readonly index: string;
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
  /** Fields that were left out of the index: malformed ones, or longer than `ignore_above`. */
  readonly ignored: readonly string[];
}

/** A request as it came, in order of arrival. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As it came over the wire, and once inflated. */
  readonly wireBytes: number;
  readonly bodyBytes: number;
  /** Empty for `_bulk`, which may be large: see `ids`. */
  readonly body: string;
  /** Of a bulk's items that have one, in order. */
  readonly ids: readonly string[];
  /** Undefined as long as there is none, and when the connection was reset instead. */
  readonly status: () => number | undefined;
}

/** A strict search engine that keeps what it gets in memory, and fails as it is told. */
export interface SimulatedStore {
  /** `http(s)://127.0.0.1:PORT`, the same after `down` and `up`. */
  readonly url: string;
  /** The oldest fault that fits a request strikes it, and it alone. */
  readonly fail: (fault: Fault, scope?: FaultScope) => ScriptedFault;
  /** What is stored under a data stream, alias, index or pattern (`*` alone by default), in order of arrival. */
  readonly documents: (target?: string) => readonly HeldDocument[];
  /** Of a data stream, the oldest first; the last one is written to. */
  readonly backingIndices: (stream: string) => readonly string[];
  readonly requests: () => readonly SeenRequest[];
  /** Gives a data stream a new write index, as its lifecycle would; gives its name. */
  readonly rollover: (stream: string) => string;
  /** Blocks the indices of a target: `read_only_allow_delete` as on a full disk (items 429), `write` (items 403), or no more. */
  readonly block: (target: string, block: 'read_only_allow_delete' | 'write' | 'none') => void;
  /** Revokes or restores credentials. */
  readonly setAccess: (access: Access | undefined) => void;
  /** For connections made from now on; those that are open are ended. */
  readonly setCertificate: (certificate: ServerCertificate) => void;
  /** Resets all connections and listens no more; it keeps what it holds. */
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
  /** For good. */
  readonly stop: () => Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. Call `stop` in afterAll or onTestFinished. */
export const startSimulatedStore = async (options: SimulatedStoreOptions = {}): Promise<SimulatedStore> => {
  const flavour = flavours[options.flavour ?? 'elasticsearch-8'];
  const cluster = createCluster(flavour, options.without ?? []);
  const faults = createFaults();
  const recorder = createRecorder();
  let { access } = options;
  const serve = createServe({
    flavour,
    faults,
    recorder,
    access: () => access,
    maxContentLength: options.maxContentLength ?? 100 * 2 ** 20,
    route: createRouter(cluster),
  });
  const listener = await listen(serve, options.certificate);
  return {
    url: listener.url,
    fail: faults.add,
    documents: (target = '*') =>
      cluster
        .resolve(target)
        .flatMap(({ documents }) => [...documents.values()])
        .sort((first, second) => first.arrival - second.arrival),
    backingIndices: (stream) => cluster.streams.get(stream)?.indices.map(({ name }) => name) ?? [],
    requests: recorder.all,
    rollover: (stream) => cluster.rollover(stream).name,
    block: (target, block) => {
      for (const index of cluster.resolve(target)) index.block = block;
    },
    setAccess: (changed) => {
      access = changed;
    },
    setCertificate: listener.setCertificate,
    down: listener.down,
    up: listener.up,
    stop: async () => {
      await listener.down();
      faults.healAll();
    },
  };
};
