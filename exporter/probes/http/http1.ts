import { type IncomingMessage, request as startRequest } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { ProbeFailure } from '../failure.ts';
import { type Answer, MAX_HEAD_BYTES, MAX_INTERIM_ANSWERS } from './answer.ts';
import { parseHeaders } from './headers.ts';
import { httpFailure } from './http-failure.ts';
import type { HttpRequest } from './request.ts';

export interface Http1Options {
  /** The whole URL, as a proxy wants it, not the path alone. */
  readonly isAbsolute: boolean;
}

/** Asks on a connection that is used for nothing else, with HTTP/1.1. The answer may say that it is 1.0. */
export function sendHttp1(socket: Socket, request: HttpRequest, { isAbsolute }: Http1Options): Promise<Answer> {
  const { method, url, headers, body } = request;
  const path = url.pathname + url.search;
  return new Promise((resolve, reject) => {
    const outgoing = startRequest({
      createConnection: () => socket,
      method,
      path: isAbsolute ? url.origin + path : path,
      headers: { ...hostHeader(request), ...headers, connection: 'close' },
      maxHeaderSize: MAX_HEAD_BYTES,
    });
    let interim = 0;
    let incomingBody: IncomingMessage | undefined;
    outgoing.on('information', () => {
      if (++interim > MAX_INTERIM_ANSWERS) outgoing.destroy(new ProbeFailure('interim answers only'));
    });
    outgoing.once('response', (incoming) => {
      const { statusCode = 0, httpVersion, rawHeaders } = incoming;
      incomingBody = incoming;
      // Without a listener it would forget its error.
      incoming.on('error', () => undefined);
      resolve({ status: statusCode, version: Number(httpVersion), headers: parseHeaders(rawHeaders), body: incoming });
    });
    // Whoever switches to another protocol unasked has answered with that.
    outgoing.once('upgrade', ({ statusCode = 0, httpVersion, rawHeaders }) => {
      const head = { status: statusCode, version: Number(httpVersion), headers: parseHeaders(rawHeaders) };
      resolve({ ...head, body: Readable.from([]) });
    });
    outgoing.on('error', (error) => {
      const failure = httpFailure(error, describeEnd(socket));
      reject(failure);
      // What is wrong with the body is told here, its own stream would say only that it ended.
      if (incomingBody?.complete === false) incomingBody.destroy(failure);
    });
    outgoing.end(body);
  });
}

/** Configured ones may say another. */
function hostHeader({ url, headers }: HttpRequest): Readonly<Record<string, string>> {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'host') ? {} : { host: url.host };
}

function describeEnd({ bytesRead }: Socket): string {
  return bytesRead === 0 ? 'connection closed without an answer' : 'connection closed in the middle of the head';
}
