import type { Attempt } from '../attempt.ts';
import { ProbeFailure } from '../failure.ts';
import type { Answer } from './answer.ts';
import { type Body, readBody } from './body.ts';
import { type Connecting, type Connection, openConnection } from './connection.ts';
import { decompress } from './decompress.ts';
import { headerOf } from './headers.ts';
import { sendHttp1 } from './http1.ts';
import { sendHttp2 } from './http2.ts';
import { judge } from './judge.ts';
import type { HttpOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { locationOf, MAX_REDIRECTS, redirect } from './redirect.ts';
import { firstRequest, type HttpRequest } from './request.ts';
import { describeUrl } from './url.ts';

/** Asks the target, goes where it sends us, and judges what comes at the end. */
export async function ask(attempt: Attempt, target: string, options: HttpOptions): Promise<void> {
  const first: Connecting = { attempt, options, progress: createProgress(attempt) };
  const next: Connecting = { ...first, attempt: withoutAddress(attempt) };
  const visited: string[] = [];
  let request: HttpRequest | undefined = firstRequest(target, options);
  while (request !== undefined) {
    visited.push(`${request.method} ${request.url.href}`);
    request = await askOnce(visited.length === 1 ? first : next, request, visited);
  }
}

/** Lookup and address that are told are those of the target itself. */
function withoutAddress(attempt: Attempt): Attempt {
  return { ...attempt, learn: ({ lookup: _lookup, address: _address, ...rest }) => attempt.learn(rest) };
}

/** One request on one connection, which ends with it. Gives the next one after a redirect. */
async function askOnce(
  connecting: Connecting,
  request: HttpRequest,
  visited: readonly string[],
): Promise<HttpRequest | undefined> {
  const { attempt, progress, options } = connecting;
  const connection = await openConnection(connecting, request);
  try {
    attempt.step(`${request.method} ${describeUrl(request.url)}`);
    const answer = await progress.time('processing', () => send(connection, request));
    attempt.step(`status ${answer.status}`);
    const location = locationOf(answer);
    if (location !== undefined) progress.redirected();
    const isFollowed = location !== undefined && options.follow_redirects;
    if (isFollowed && visited.length <= MAX_REDIRECTS) return redirect(request, answer.status, location);
    progress.answered(answer, connection.secure?.details);
    const body = await progress.timeAlways('transfer', () => receive(connecting, answer));
    if (isFollowed) throw new ProbeFailure(describeExcess(visited));
    const judged = { answer, body, usedTls: connection.secure !== undefined };
    await judge(options.expect, judged, progress.failedByPattern);
    return undefined;
  } finally {
    closeConnection(connection);
  }
}

function send({ socket, secure, isProxied }: Connection, request: HttpRequest): Promise<Answer> {
  if (secure?.socket.alpnProtocol === 'h2') return sendHttp2(secure.socket, request);
  return sendHttp1(secure?.socket ?? socket, request, { isAbsolute: isProxied });
}

async function receive({ progress, options, attempt }: Connecting, answer: Answer): Promise<Body> {
  const body = await readBody(answer.body, progress.bodyLength);
  const fault = body.isCut ? undefined : answer.faultOfBody?.();
  if (fault !== undefined) throw new ProbeFailure(fault);
  attempt.step(`${body.bytes.length} bytes${body.isCut ? ', cut there' : ''}`);
  const { compression } = options;
  if (compression === undefined || headerOf(answer.headers, 'content-encoding')?.toLowerCase() !== compression)
    return body;
  const whole = await decompress(body, compression);
  progress.bodyLength(whole.bytes.length);
  attempt.step(`${whole.bytes.length} bytes without ${compression}${whole.isCut ? ', cut there' : ''}`);
  return whole;
}

function describeExcess(visited: readonly string[]): string {
  const isLoop = new Set(visited).size < visited.length;
  return `redirected more than ${MAX_REDIRECTS} times${isLoop ? ', in a loop' : ''}`;
}

function closeConnection({ socket, secure }: Connection): void {
  secure?.socket.destroy();
  socket.destroy();
}
