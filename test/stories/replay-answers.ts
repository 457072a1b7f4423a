import { randomUUID } from 'node:crypto';
import { ApiError, type ApiReply, type ApiRequest, isTrue, jsonReply } from '../../exporter/demo/http/api.ts';
import { parseTime } from '../../exporter/demo/routes/events.ts';
import type { Inspected, Recording } from './recording.ts';
import type { ReplayState } from './replay-state.ts';

export interface ReplayContext {
  readonly recording: Recording;
  readonly state: ReplayState;
  /** Resolves at that moment of the recording, or when the client has left. */
  readonly until: (atMs: number, signal: AbortSignal) => Promise<void>;
  /** Unix milliseconds, by the engine's clock. */
  readonly clockMs: () => number;
}

/** What the recorded engine answers at the present moment. */
export async function answer(context: ReplayContext, request: ApiRequest): Promise<ApiReply> {
  const { recording, state } = context;
  switch (request.path) {
    case '/_ping':
      return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: 'OK' };
    case '/version':
      return jsonReply(recording.version);
    case '/info':
      return jsonReply({ ...recording.info, ...counts(state.containers()), ...identity(recording) });
    case '/containers/json':
      return jsonReply(list(state.containers(), request.query));
    case '/events':
      return events(state, request);
    default:
      return ofContainer(context, request);
  }
}

async function ofContainer({ state, until, clockMs }: ReplayContext, { path, signal }: ApiRequest): Promise<ApiReply> {
  const [, reference = '', part] = /^\/containers\/([^/]+)\/(json|stats)$/.exec(path) ?? [];
  if (part === undefined) throw new ApiError(404, 'page not found');
  const seen = state.find(reference);
  // Whoever asked then waited as long: for the container's lock.
  if (seen !== undefined) await until(seen.answeredAtMs, signal);
  if (seen?.inspected === undefined) throw new ApiError(404, `No such container: ${reference}`);
  return jsonReply(part === 'json' ? seen.inspected : stats(seen.inspected, clockMs()));
}

/** Podman is called otherwise each time that it is asked. */
function identity({ product }: Recording) {
  return product === 'podman' ? { ID: randomUUID() } : {};
}

/** As an engine counts: restarting and created are stopped. */
function counts(containers: readonly Inspected[]) {
  const having = (status: string) => containers.filter(({ State }) => State.Status === status).length;
  const [total, running, paused] = [containers.length, having('running'), having('paused')];
  return {
    Containers: total,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: total - running - paused,
  };
}

/** Shown without `all`, too. */
const ALIVE = ['running', 'paused', 'restarting'];

function list(containers: readonly Inspected[], query: URLSearchParams): readonly object[] {
  const limit = Number(query.get('limit') ?? 0);
  const all = isTrue(query.get('all')) || limit > 0;
  const shown = containers.filter(({ State }) => all || ALIVE.includes(State.Status));
  return (limit > 0 ? shown.slice(0, limit) : shown).map(({ Id, Name, Created, Image, Config, State }) => ({
    Id,
    Names: [Name],
    Image: Config.Image,
    ImageID: Image,
    Command: Config.Cmd?.join(' ') ?? '',
    Created: Math.floor(Date.parse(Created) / 1000),
    Labels: Config.Labels ?? {},
    State: State.Status,
    Status: State.Status,
  }));
}

/** A sample that tells nothing; of a container that does not run, the engine's zeros. */
function stats({ State }: Inspected, clockMs: number): object {
  const runs = State.Status === 'running' || State.Status === 'paused';
  return { read: runs ? new Date(clockMs).toISOString() : '0001-01-01T00:00:00Z', preread: '0001-01-01T00:00:00Z' };
}

/** What is kept since then, and what comes; with `until` only the former. */
function events(state: ReplayState, { query, signal }: ApiRequest): ApiReply {
  const [since, until] = [parseTime(query.get('since')), parseTime(query.get('until'))];
  const kept = state.events().filter((line) => {
    const at = BigInt(/"timeNano":(\d+)/.exec(line)?.[1] ?? 0);
    return since !== undefined && at >= since && (until === undefined || at <= until);
  });
  const backlog = kept.map((line) => `${line}\n`);
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: until === undefined ? state.follow(backlog, signal) : backlog.join(''),
  };
}
