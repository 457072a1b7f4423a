import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type ApiReply, type ApiRequest, errorReply } from './api.ts';
import { createFaults, type Faults, spoil } from './faults.ts';

/** One call, as it came in. */
export interface Call {
  readonly method: string;
  /** Without version and query. */
  readonly path: string;
  readonly version?: string;
  /** Without the question mark. */
  readonly query: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

type ListenOptions =
  | { readonly socketPath: string }
  /** Port 0 takes a free one. `tls` is what node:https takes: key, cert, ca, requestCert … */
  | { readonly host: string; readonly port: number; readonly tls?: ServerOptions };

export interface ApiServer {
  /** Resolves to the address in DOCKER_HOST's form; rejects when it is taken. */
  readonly listen: (options: ListenOptions) => Promise<string>;
  /** Ends all connections; the sockets' files go. */
  readonly close: () => Promise<void>;
  /** Ends all connections and goes on listening. */
  readonly dropConnections: () => void;
  /** At least the last 10,000, oldest first. */
  readonly calls: readonly Call[];
  readonly forgetCalls: () => void;
  readonly faults: Faults;
}

const MAX_CALLS = 20_000;

/** An HTTP server with scripted faults and a log of calls. `answer` may throw an ApiError. */
export function createApiServer({
  answer,
  nowMs,
}: {
  readonly answer: (request: ApiRequest) => ApiReply | Promise<ApiReply>;
  readonly nowMs: () => number;
}): ApiServer {
  const calls: Call[] = [];
  const faults = createFaults();
  const servers = new Set<Server>();

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = toApiRequest(incoming, response);
    calls.push(toCall(request, incoming));
    if (calls.length > MAX_CALLS) calls.splice(0, MAX_CALLS / 2);
    const fault = faults.take(request);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') return void incoming.socket.destroy();
    if (fault?.kind === 'delay') await sleep(fault.seconds * 1000, undefined, { signal: request.signal });
    const reply = await answered(answer, request);
    const { reply: spoilt, complete } = fault ? spoil(fault, reply, request.signal) : { reply, complete: true };
    response.sendDate = false;
    response.setHeader('Date', new Date(nowMs()).toUTCString());
    await send({ request, response, reply: spoilt, complete });
  };

  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    // A client that leaves in the middle of its answer is its own affair.
    serve(incoming, response).catch(() => response.destroy());
  };
  return {
    listen: (options) => listen(options, { servers, onRequest }),
    close: () => closeAll(servers),
    dropConnections: () => servers.forEach((server) => server.closeAllConnections()),
    calls,
    forgetCalls: () => void calls.splice(0),
    faults,
  };
}

async function listen(
  options: ListenOptions,
  {
    servers,
    onRequest,
  }: { servers: Set<Server>; onRequest: (incoming: IncomingMessage, response: ServerResponse) => void },
): Promise<string> {
  // The engine never ends an idle connection, nor a slow one.
  const patience = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 };
  const tls = 'port' in options ? options.tls : undefined;
  const server = tls ? createTlsServer({ ...tls, ...patience }, onRequest) : createServer(patience, onRequest);
  if ('socketPath' in options) server.listen(options.socketPath);
  else server.listen(options.port, options.host);
  await once(server, 'listening');
  servers.add(server);
  const address = server.address();
  return typeof address === 'object' && address !== null
    ? `tcp://${address.address}:${address.port}`
    : `unix://${address ?? ''}`;
}

async function closeAll(servers: Set<Server>): Promise<void> {
  const open = [...servers];
  servers.clear();
  await Promise.all(
    open.map(async (server) => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }),
  );
}

function toApiRequest(incoming: IncomingMessage, response: ServerResponse): ApiRequest {
  const url = new URL(incoming.url ?? '/', 'http://engine');
  const [, version, rest] = /^\/v(\d+\.\d+)(\/.*)$/.exec(url.pathname) ?? [];
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return {
    method: incoming.method ?? 'GET',
    path: decodeURIComponent(rest ?? url.pathname),
    ...(version === undefined ? {} : { version }),
    query: url.searchParams,
    signal: gone.signal,
  };
}

function toCall({ method, path, version }: ApiRequest, incoming: IncomingMessage): Call {
  const query = incoming.url?.split('?')[1] ?? '';
  return { method, path, ...(version === undefined ? {} : { version }), query, atMs: Date.now() };
}

async function answered(
  answer: (request: ApiRequest) => ApiReply | Promise<ApiReply>,
  request: ApiRequest,
): Promise<ApiReply> {
  try {
    return await answer(request);
  } catch (error) {
    return errorReply(
      error instanceof ApiError ? error.status : 500,
      error instanceof Error ? error.message : String(error),
    );
  }
}

async function send({
  request,
  response,
  reply: { status, headers, body },
  complete,
}: {
  readonly request: ApiRequest;
  readonly response: ServerResponse;
  readonly reply: ApiReply;
  readonly complete: boolean;
}): Promise<void> {
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), ...headers });
    response.end(body);
    return;
  }
  response.writeHead(status, headers);
  response.flushHeaders();
  for await (const chunk of body) {
    if (request.signal.aborted) return;
    await new Promise((written) => response.write(chunk, written));
  }
  if (complete) response.end();
  else response.destroy();
}
