import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Access, isKnown } from './access.ts';
import { flavours } from './flavour.ts';
import type { ServerCertificate } from './index.ts';
import { asObject, isObject, type JsonObject } from './json.ts';
import { listen } from './listener.ts';
import { readBody } from './read-body.ts';

export interface SimulatedKibanaOptions {
  readonly version?: string;
  readonly certificate?: ServerCertificate;
  /** Without it everybody may do everything. */
  readonly access?: Access;
}

export interface SavedObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Stands in for Kibana: `/api/status`, `/api/saved_objects/TYPE/ID` and `/api/saved_objects/_import`. */
export interface SimulatedKibana {
  readonly url: string;
  readonly objects: () => readonly SavedObject[];
  /** What `/api/status` says, as while it starts. */
  readonly setLevel: (level: 'available' | 'degraded' | 'unavailable') => void;
  readonly stop: () => Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. Call `stop` in afterAll or onTestFinished. */
export const startSimulatedKibana = async (options: SimulatedKibanaOptions = {}): Promise<SimulatedKibana> => {
  const { version = '8.19.0', certificate, access } = options;
  const objects = new Map<string, SavedObject>();
  let level: Level = 'available';
  const answerRequest = (request: IncomingMessage, body: Buffer): Answer => {
    const url = new URL(request.url ?? '/', 'http://kibana');
    // Each space has them of its own; here they are one.
    const path = url.pathname.replace(/^\/s\/[^/]+/, '');
    if (access !== undefined && !isKnown(access, request.headers.authorization)) {
      return refuse(401, 'Unauthorized', 'unable to authenticate');
    }
    if (path === '/api/status') return describeStatus(level, version);
    if (request.method === 'GET') return describeObject(objects, path);
    if (path !== '/api/saved_objects/_import' || request.method !== 'POST')
      return refuse(404, 'Not Found', 'Not Found');
    return importFile(request, body, { objects, overwrite: url.searchParams.get('overwrite') === 'true' });
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { bytes } = await readBody(request, flavours['elasticsearch-8'], 100 * 2 ** 20);
    const { status, body } = answerRequest(request, bytes);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'kbn-name': 'simulated' });
    response.end(JSON.stringify(body));
  };
  const listener = await listen(handle, certificate);
  return {
    url: listener.url,
    objects: () => [...objects.values()],
    setLevel: (changed) => {
      level = changed;
    },
    stop: listener.down,
  };
};

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

const refuse = (status: number, error: string, message: string): Answer => ({
  status,
  body: { statusCode: status, error, message },
});

type Level = 'available' | 'degraded' | 'unavailable';

const describeStatus = (level: Level, number: string): Answer => ({
  status: level === 'unavailable' ? 503 : 200,
  body: { name: 'simulated', version: { number }, status: { overall: { level, summary: level } } },
});

const importFile = (
  { headers }: IncomingMessage,
  body: Buffer,
  { objects, overwrite }: { readonly objects: Map<string, SavedObject>; readonly overwrite: boolean },
): Answer => {
  if (headers['kbn-xsrf'] === undefined) {
    return refuse(400, 'Bad Request', 'Request must contain a kbn-xsrf header.');
  }
  const lines = readFile(headers['content-type'] ?? '', body.toString());
  return typeof lines === 'string' ? refuse(400, 'Bad Request', lines) : importObjects(lines, objects, overwrite);
};

/** The objects of the file that a form brings, or why there are none. */
const readFile = (contentType: string, body: string): readonly JsonObject[] | string => {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/.exec(contentType)?.[1];
  if (boundary === undefined) return 'Unsupported Media Type';
  const parts = body.split(`--${boundary}`);
  const file = parts.find((part) => /content-disposition:.*[; ]name="file"/i.test(part)) ?? '';
  const [, name, text] = /filename="([^"]*)".*?\r\n\r\n(.*)\r\n$/s.exec(file) ?? [];
  if (name === undefined || text === undefined) return '[request body.file]: expected value of type [Stream]';
  if (!name.endsWith('.ndjson')) return `Invalid file extension ${/\.\w+$/.exec(name)?.[0] ?? ''}`;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // The last line of an export tells of the export.
  return lines.map((line) => asObject(JSON.parse(line))).filter((object) => 'type' in object);
};

const importObjects = (lines: readonly JsonObject[], objects: Map<string, SavedObject>, overwrite: boolean): Answer => {
  const coming = new Set(lines.map(({ type, id }) => `${String(type)}:${String(id)}`));
  const errors = lines.flatMap((line) => {
    const [type, id] = [String(line['type']), String(line['id'])];
    if (!overwrite && objects.has(`${type}:${id}`)) return [{ type, id, error: { type: 'conflict' } }];
    const references = (Array.isArray(line['references']) ? line['references'] : []).filter(isObject);
    const missing = references.filter(({ type: kind, id: name }) => {
      const key = `${String(kind)}:${String(name)}`;
      return (kind === 'index-pattern' || kind === 'search') && !coming.has(key) && !objects.has(key);
    });
    return missing.length === 0 ? [] : [{ type, id, error: { type: 'missing_references', references: missing } }];
  });
  const refused = new Set(errors.map(({ type, id }) => `${type}:${id}`));
  const taken = lines
    .map((line) => ({ type: String(line['type']), id: String(line['id']), attributes: asObject(line['attributes']) }))
    .filter(({ type, id }) => !refused.has(`${type}:${id}`));
  for (const object of taken) objects.set(`${object.type}:${object.id}`, object);
  const successResults = taken.map(({ type, id }) => ({ type, id, managed: false }));
  const body = { successCount: taken.length, success: errors.length === 0, warnings: [], successResults };
  return { status: 200, body: errors.length === 0 ? body : { ...body, errors } };
};

const describeObject = (objects: ReadonlyMap<string, SavedObject>, path: string): Answer => {
  const [, type, id] = /^\/api\/saved_objects\/([^/_]+)\/([^/]+)$/.exec(path) ?? [];
  if (type === undefined || id === undefined) return refuse(404, 'Not Found', 'Not Found');
  const found = objects.get(`${type}:${decodeURIComponent(id)}`);
  if (found === undefined) return refuse(404, 'Not Found', `Saved object [${type}/${id}] not found`);
  return { status: 200, body: { ...found, references: [] } };
};
