import type { Socket } from 'node:net';
import { hangUp } from '../net/hang-up.ts';
import { createLines, type Lines } from '../net/lines.ts';

/** A connection that begins in the clear and may go on with TLS. */
export interface Conversation {
  /** Resolves when it was handed over. */
  readonly send: (data: string | Buffer) => Promise<void>;
  readonly lines: () => Lines;
  /** This end's address, as the socket says it. */
  readonly localAddress: string;
  readonly beginTls: () => Promise<void>;
  readonly end: () => void;
}

/** `secure` makes TLS of a connection. */
export function createConversation(plain: Socket, secure: (socket: Socket) => Promise<Socket>): Conversation {
  let socket = plain;
  let lines = createLines(plain);
  return {
    send: (data) =>
      new Promise((resolve, reject) => {
        socket.write(data, (error) => (error ? reject(error) : resolve()));
      }),
    lines: () => lines,
    localAddress: plain.localAddress ?? '',
    beginTls: async () => {
      // What was said before TLS could come from anybody in between, and would count as if it came after.
      lines.release();
      socket = await secure(socket);
      lines = createLines(socket);
    },
    end: () => hangUp(socket),
  };
}
