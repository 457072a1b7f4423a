import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import type { GrpcServingStatus } from '../../model/probe.ts';
import { decodeResponse, encodeRequest } from './messages.ts';
import { GRPC_STATUS, statusOf, statusOfHttp, statusOfReset } from './status.ts';

export interface HealthCall {
  readonly socket: Socket;
  readonly scheme: 'http' | 'https';
  /** `host:port`, as the server is called. */
  readonly authority: string;
  /** Empty for the server as a whole. */
  readonly service: string;
  readonly signal: AbortSignal;
}

export interface HealthAnswer {
  readonly statusCode: number;
  readonly servingStatus?: GrpcServingStatus;
}

/** Of which a few bytes are expected. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/**
 * Calls `grpc.health.v1.Health/Check` on a connection of its own, and closes it. On the wire rather than by a client library:
 * one call needs no channel, and the connection stays the one whose address was checked and whose certificate was told.
 */
export async function checkHealth(call: HealthCall): Promise<HealthAnswer> {
  const { socket, scheme, authority, signal } = call;
  const session = connect(`${scheme}://${authority}`, {
    createConnection: () => socket,
    settings: { enablePush: false },
    maxSessionMemory: 1,
  });
  const end = () => session.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    return await untilAnswered(session, call);
  } finally {
    signal.removeEventListener('abort', end);
    session.destroy();
  }
}

function untilAnswered(session: ClientHttp2Session, { scheme, authority, service }: HealthCall): Promise<HealthAnswer> {
  return new Promise((resolve) => {
    // Whatever ends the connection before the answer is there: nobody listens, or speaks something else.
    session.on('error', () => resolve(UNAVAILABLE));
    session.on('close', () => resolve(UNAVAILABLE));
    const stream = session.request({
      ':method': 'POST',
      ':scheme': scheme,
      ':authority': authority,
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      'user-agent': 'harborlight',
      te: 'trailers',
    });
    void readAnswer(session, stream).then(resolve);
    stream.end(encodeRequest(service));
  });
}

const UNAVAILABLE: HealthAnswer = { statusCode: GRPC_STATUS.UNAVAILABLE };

function readAnswer(session: ClientHttp2Session, stream: ClientHttp2Stream): Promise<HealthAnswer> {
  return new Promise((resolve) => {
    let headers: Headers = {};
    let message: Buffer = Buffer.alloc(0);
    // An answer without a message has its status in its head, any other in its trailers.
    const add = (more: Headers) => {
      headers = { ...headers, ...more };
    };
    stream.on('response', add);
    stream.on('trailers', add);
    stream.on('data', (chunk: Buffer) => {
      message = Buffer.concat([message, chunk]);
      if (message.length > MAX_MESSAGE_BYTES) resolve({ statusCode: GRPC_STATUS.RESOURCE_EXHAUSTED });
    });
    // With its session, a stream ends as if it had been reset.
    stream.on('error', () => resolve(session.destroyed ? UNAVAILABLE : { statusCode: statusOfReset(stream.rstCode) }));
    stream.on('close', () => resolve(judge(headers, message)));
  });
}

type Headers = IncomingHttpHeaders & { readonly ':status'?: number };

function judge(headers: Headers, message: Buffer): HealthAnswer {
  const isGrpc = headers['content-type']?.startsWith('application/grpc') === true;
  if (!isGrpc || headers[':status'] !== 200) return { statusCode: statusOfHttp(headers[':status']) };
  const statusCode = statusOf(headers) ?? GRPC_STATUS.UNKNOWN;
  if (statusCode !== GRPC_STATUS.OK) return { statusCode };
  try {
    return { statusCode, servingStatus: decodeResponse(message) };
  } catch {
    // What the protocol says of a message that cannot be understood.
    return { statusCode: GRPC_STATUS.INTERNAL };
  }
}
