import {
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { ProbeFailure } from '../failure.ts';
import { type Answer, MAX_INTERIM_ANSWERS } from './answer.ts';
import { CLOSED_IN_BODY } from './body.ts';
import { parseHeaders } from './headers.ts';
import { describeReset, httpFailure } from './http-failure.ts';
import type { HttpRequest } from './request.ts';

type Head = IncomingHttpHeaders & IncomingHttpStatusHeader;

const CLOSED = 'connection closed without an answer';

/** Asks on a connection that is used for nothing else, with HTTP/2. */
export function sendHttp2(socket: TLSSocket, request: HttpRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(httpFailure(error, CLOSED));
    const session = connect(request.url.origin, { createConnection: () => socket, settings: { enablePush: false } });
    // Both stay: what comes after the answer is for whoever reads its body.
    session.on('error', fail);
    const stream = session.request(headersOf(request), { endStream: request.body === undefined });
    stream.on('error', fail);
    const closed = () => fail(new ProbeFailure(CLOSED));
    stream.once('close', closed);
    let interim = 0;
    stream.on('headers', () => {
      if (++interim > MAX_INTERIM_ANSWERS) session.destroy(new ProbeFailure('interim answers only'));
    });
    // The types do not know the third.
    stream.once('response', (head: Head, _flags: number, rawHeaders: readonly string[]) => {
      stream.off('close', closed);
      const answer = { status: head[':status'] ?? 0, version: 2, headers: parseHeaders(rawHeaders), body: stream };
      resolve({ ...answer, faultOfBody: () => faultOfEnd(stream) });
    });
    if (request.body !== undefined) stream.end(request.body);
  });
}

/** In lower case; the host has a name of its own. */
function headersOf({ method, url, headers, body }: HttpRequest): OutgoingHttpHeaders {
  const fields = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const { host = url.host, ...rest } = Object.fromEntries(fields);
  return {
    ':method': method,
    ':scheme': 'https',
    ':authority': host,
    ':path': url.pathname + url.search,
    ...rest,
    ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
  };
}

/** Node.js ends a stream as if it had come to its end when the server resets it, and cancels it when the connection is gone. */
function faultOfEnd({ rstCode }: ClientHttp2Stream): string | undefined {
  if (rstCode === constants.NGHTTP2_NO_ERROR) return undefined;
  return rstCode === constants.NGHTTP2_CANCEL ? CLOSED_IN_BODY : describeReset(rstCode);
}
