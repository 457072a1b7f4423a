/**
 * Serves a recorded folder byte for byte, behind the same HTTP server as the simulated engine: faults and calls work
 * alike. Shorter answers than were recorded (a list without `all`, with a limit or a label filter; events of a span)
 * are cut from the recording.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError, type ApiReply, type ApiRequest, isTrue } from '../../exporter/demo/http/api.ts';
import { createMailbox } from '../../exporter/demo/http/mailbox.ts';
import { type ApiServer, createApiServer } from '../../exporter/demo/http/server.ts';
import { parseTime } from '../../exporter/demo/routes/events.ts';
import { matchesLabels, parseFilters } from '../../exporter/demo/routes/filters.ts';

/** What of a recorded container the server itself looks at. */
interface RecordedContainer {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Running: boolean };
  readonly Config: { readonly Tty: boolean };
}

interface RecordedSummary {
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

interface Recording {
  /** The bytes of a file, which may be missing. */
  readonly file: (path: string) => Buffer | undefined;
  readonly containers: readonly RecordedContainer[];
  readonly engine: { readonly Version: string; readonly ApiVersion: string };
  readonly systemTime: string;
}

/** The folders of recordings beside this file. */
export function recordedEngines(): readonly string[] {
  const entries = readdirSync(import.meta.dirname, { withFileTypes: true }).filter(({ name }) =>
    name.startsWith('engine-'),
  );
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** `engine` is one of recordedEngines(). The engine's clock stands still at the time of its recorded /info. */
export function createReplayEngine(engine: string): ApiServer {
  const recording = openRecording(join(import.meta.dirname, engine));
  const { Version, ApiVersion } = recording.engine;
  const headers = { 'Api-Version': ApiVersion, Ostype: 'linux', Server: `Docker/${Version} (linux)` };
  return createApiServer({
    answer: (request) => {
      const reply = answer(recording, request);
      return { ...reply, headers: { ...headers, 'Docker-Experimental': 'false', ...reply.headers } };
    },
    nowMs: () => Date.parse(recording.systemTime),
  });
}

function openRecording(folder: string): Recording {
  const read = (path: string): Buffer => readFileSync(join(folder, path));
  const parsed = (path: string): unknown => JSON.parse(read(path).toString());
  return {
    file: (path) => {
      try {
        return read(path);
      } catch {
        return undefined; // Not recorded: the API's 404.
      }
    },
    // Recorded files have the API's shapes.
    containers: readdirSync(join(folder, 'inspect')).map((name) => parsed(`inspect/${name}`) as RecordedContainer),
    engine: parsed('version.json') as Recording['engine'],
    systemTime: (parsed('info.json') as { readonly SystemTime: string }).SystemTime,
  };
}

const FILES: Readonly<Record<string, string>> = {
  '/version': 'version.json',
  '/info': 'info.json',
  '/images/json': 'images.json',
  '/volumes': 'volumes.json',
  '/networks': 'networks.json',
  '/system/df': 'system-df.json',
};

function answer(recording: Recording, request: ApiRequest): ApiReply {
  const { path, query } = request;
  if (path === '/_ping') return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: 'OK' };
  if (path === '/containers/json') return json(list(recording, query));
  if (path === '/events') return json(events(recording, request));
  const [, reference, part] = /^\/containers\/(.+)\/(json|stats|logs)$/.exec(path) ?? [];
  if (reference !== undefined) {
    const container = find(recording, reference);
    if (part === 'logs') return logs(recording, container, request);
    return json(part === 'stats' ? stats(recording, container, query) : recorded(recording, 'inspect', container));
  }
  const file = recording.file(FILES[path] ?? '');
  if (!file) throw new ApiError(404, 'page not found');
  return json(file);
}

function json(body: ApiReply['body']): ApiReply {
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
}

function find({ containers }: Recording, reference: string): RecordedContainer {
  const container = containers.find(({ Id, Name }) => Name === `/${reference}` || Id.startsWith(reference));
  if (!container) throw new ApiError(404, `No such container: ${reference}`);
  return container;
}

function recorded({ file }: Recording, kind: 'inspect' | 'stats', { Name }: RecordedContainer): Buffer {
  const body = file(`${kind}${Name}.json`);
  if (!body) throw new ApiError(404, `no recording: ${kind} of ${Name}`);
  return body;
}

function list({ file }: Recording, query: URLSearchParams): Buffer | string {
  const body = file('containers.json') ?? Buffer.from('[]');
  const filters = parseFilters(query, ['label']);
  const limit = Number(query.get('limit') ?? 0);
  const all = isTrue(query.get('all')) || limit > 0;
  if (all && limit === 0 && filters.size === 0) return body;
  const found = (JSON.parse(body.toString()) as RecordedSummary[]).filter(
    ({ State, Labels }) =>
      (all || ['running', 'paused', 'restarting'].includes(State)) && matchesLabels(filters, Labels),
  );
  return JSON.stringify(limit > 0 ? found.slice(0, limit) : found);
}

/** One-shot answers were recorded. Any other one has name and id in front on every engine. */
function stats(recording: Recording, container: RecordedContainer, query: URLSearchParams): Buffer | string {
  const body = recorded(recording, 'stats', container);
  if (isTrue(query.get('one-shot'))) return body;
  const sample = JSON.parse(body.toString()) as object;
  return `${JSON.stringify({ name: container.Name, id: container.Id, ...sample })}\n`;
}

/** As recorded: both streams, time stamps, the last 40 lines. With `follow` it stays open while the container runs. */
function logs(
  { file }: Recording,
  { Name, State, Config }: RecordedContainer,
  { query, signal }: ApiRequest,
): ApiReply {
  const status = Number(file(`logs${Name}.status`)?.toString() ?? 404);
  const body = file(`logs${Name}.bin`) ?? '';
  if (status !== 200) return { ...json(body), status };
  const headers = { 'Content-Type': `application/vnd.docker.${Config.Tty ? 'raw' : 'multiplexed'}-stream` };
  if (!isTrue(query.get('follow')) || !State.Running) return { status, headers, body };
  const chunks = createMailbox([body]);
  signal.addEventListener('abort', chunks.end);
  return { status, headers, body: chunks };
}

/** Of the recorded span only; open at the end when no `until` closes it. */
function events({ file }: Recording, { query, signal }: ApiRequest): ApiReply['body'] {
  const [since, until] = [parseTime(query.get('since')), parseTime(query.get('until'))];
  const lines = (file('events.ndjson') ?? Buffer.alloc(0)).toString().split(/(?<=\n)/);
  const inSpan = (line: string): boolean => {
    const at = BigInt(/"timeNano":(\d+)/.exec(line)?.[1] ?? 0);
    return at >= (since ?? 0n) && (until === undefined || at <= until);
  };
  const chunks = createMailbox(since === undefined && until === undefined ? [] : lines.filter(inSpan));
  if (until === undefined) signal.addEventListener('abort', chunks.end);
  else chunks.end();
  return chunks;
}
