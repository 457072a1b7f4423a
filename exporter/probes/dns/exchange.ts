import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Attempt } from '../attempt.ts';
import { ProbeFailure } from '../failure.ts';
import { connectTcp, type Place } from '../net/connect.ts';
import { hangUp } from '../net/hang-up.ts';

/** One question to a server, and its answer. */
export interface Exchange {
  /** Resolves with the first message that `isAnswer` takes. */
  readonly ask: (query: Buffer, isAnswer: (message: Buffer) => boolean) => Promise<Buffer>;
  readonly close: () => void;
}

export const TRANSPORTS = ['udp', 'tcp'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Connects to a name server, which UDP only does for this end. */
export function openExchange(attempt: Attempt, transport: Transport, place: Place): Promise<Exchange> {
  return transport === 'udp' ? openUdp(attempt, place) : openTcp(attempt, place);
}

/** What others send to a connected socket the kernel throws away. */
async function openUdp(attempt: Attempt, { address, port }: Place): Promise<Exchange> {
  const { signal } = attempt;
  signal.throwIfAborted();
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const close = () => closeOnce(socket, signal, close);
  signal.addEventListener('abort', close, { once: true });
  try {
    socket.connect(port, address);
    await once(socket, 'connect', { signal });
    const refusal = attempt.network.refuses(socket.remoteAddress().address);
    if (refusal !== undefined) throw new ProbeFailure(`${address} is refused: ${refusal}`);
  } catch (error) {
    close();
    throw error;
  }
  return { ask: (query, isAnswer) => askUdp(socket, query, isAnswer), close };
}

function closeOnce(socket: UdpSocket, signal: AbortSignal, listener: () => void): void {
  signal.removeEventListener('abort', listener);
  // An error that nobody waits for must not end the process.
  socket.on('error', () => undefined);
  socket.close();
}

/** A message that is no answer may be anybody's who guessed the port: the one that is awaited may still come. */
function askUdp(socket: UdpSocket, query: Buffer, isAnswer: (message: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    socket.on('message', (message) => {
      if (isAnswer(message)) resolve(message);
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new ProbeFailure('given up')));
    socket.send(query, (error) => {
      if (error !== null) reject(error);
    });
  });
}

async function openTcp(attempt: Attempt, place: Place): Promise<Exchange> {
  const socket = await connectTcp(attempt, place);
  return { ask: (query, isAnswer) => askTcp(socket, query, isAnswer), close: () => hangUp(socket) };
}

/** RFC 7766: each message has its length before it, in two bytes. */
async function askTcp(socket: Socket, query: Buffer, isAnswer: (message: Buffer) => boolean): Promise<Buffer> {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  socket.write(Buffer.concat([length, query]));
  let bytes: Buffer = Buffer.alloc(0);
  for await (const chunk of socket) {
    // A socket without an encoding gives Buffers.
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    const end = bytes.length < 2 ? Number.POSITIVE_INFINITY : 2 + bytes.readUInt16BE(0);
    if (bytes.length < end) continue;
    const message = bytes.subarray(2, end);
    if (isAnswer(message)) return message;
    throw new ProbeFailure('what came was no answer to the question');
  }
  throw new ProbeFailure('connection closed before the answer');
}
