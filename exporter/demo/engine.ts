/**
 * An engine that speaks Docker's HTTP API over a socket. It has no containers until it is told of some:
 *
 *   const engine = createSimulatedEngine({ flavour: FLAVOURS['28.5'] });
 *   const dockerHost = await engine.listen({ socketPath: '/tmp/engine.sock' });
 *   engine.run({ name: 'shop-web-1', labels: { … }, limits: { memoryBytes: 64 * 1024 ** 2 } });
 *   engine.oom('shop-web-1');
 *   engine.faults.add({ match: { path: /\/stats$/ }, kind: 'hang', times: 1 });
 *   await engine.close();
 *
 * A container is named as the API names it: by id, name, or the beginning of an id. Nothing happens by itself: what a
 * restart policy would start again waits in `restarting` for `start`, health checks run when `check` is called, and
 * counters grow by the container's `load`.
 */
import { type Clock, createClock } from './clock.ts';
import { FLAVOURS, type Flavour, minorOf } from './flavour.ts';
import { ApiError, type ApiReply, type ApiRequest, errorReply } from './http/api.ts';
import { type ApiServer, createApiServer } from './http/server.ts';
import { createIds, hashOf } from './ids.ts';
import { findRoute } from './routes/index.ts';
import { createControls, type EngineControls } from './state/controls.ts';
import { addBuiltInNetworks, type EngineState } from './state/engine-state.ts';
import { createEventLog } from './state/events.ts';

export interface EngineOptions {
  /** Docker 28.5 with cgroup v2 when absent. One of FLAVOURS, or one of them with something changed. */
  readonly flavour?: Flavour;
  /** The machine's name; ids depend on it. */
  readonly hostName?: string;
  readonly cpus?: number;
  readonly memoryBytes?: number;
  /** Nanoseconds since 1970, never going back; this machine's time when absent. `clock.step` moves what it says. */
  readonly sourceNano?: () => bigint;
}

export interface SimulatedEngine extends ApiServer, EngineControls {
  readonly clock: Clock;
  /** The daemon starts anew: connections end, events are forgotten. Of what happens `meanwhile` no event tells. */
  readonly restartDaemon: (meanwhile?: () => void) => void;
}

export function createSimulatedEngine({
  flavour = FLAVOURS['28.5'],
  hostName = 'demo',
  cpus = 4,
  memoryBytes = 16 * 1024 ** 3,
  sourceNano,
}: EngineOptions = {}): SimulatedEngine {
  const clock = createClock(sourceNano);
  const events = createEventLog(clock);
  const state: EngineState = {
    flavour,
    host: { name: hostName, engineId: hashOf(hostName).slice(0, 32), cpus, memoryBytes, upSecondsBefore: 86_400 },
    clock,
    ids: createIds(hostName),
    events,
    containers: new Map(),
    images: new Map(),
    networks: new Map(),
    volumes: new Map(),
  };
  addBuiltInNetworks(state);
  const server = createApiServer({
    answer: (request) => answer(state, request),
    nowMs: () => Number(clock.nowNano() / 1_000_000n),
  });
  return {
    ...server,
    ...createControls(state),
    clock,
    restartDaemon: (meanwhile) => {
      server.dropConnections();
      meanwhile?.();
      events.forget();
    },
  };
}

async function answer(state: EngineState, request: ApiRequest): Promise<ApiReply> {
  const { version, apiVersion } = state.flavour;
  const headers = { 'Api-Version': apiVersion, Ostype: 'linux', Server: `Docker/${version} (linux)` };
  const route = findRoute(state, request);
  if (!route) return errorReply(404, 'page not found');
  try {
    const reply = await route(negotiate(state.flavour, request.version));
    return { ...reply, headers: { ...headers, 'Docker-Experimental': 'false', ...reply.headers } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reply = errorReply(error.status, error.message);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  }
}

/** The version the client named, if the engine has it; the newest when it named none. */
function negotiate({ apiVersion, minApiVersion }: Flavour, version = apiVersion): number {
  const [newest, oldest] = [minorOf(apiVersion), minorOf(minApiVersion)];
  const minor = version.startsWith('1.') ? minorOf(version) : Number.POSITIVE_INFINITY;
  if (minor < oldest) {
    const advice = 'please upgrade your client to a newer version';
    throw new ApiError(
      400,
      `client version ${version} is too old. Minimum supported API version is ${minApiVersion}, ${advice}`,
    );
  }
  if (minor > newest) {
    throw new ApiError(400, `client version ${version} is too new. Maximum supported API version is ${apiVersion}`);
  }
  return minor;
}
