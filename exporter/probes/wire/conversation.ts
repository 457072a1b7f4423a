import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { splitAddress } from '../address.ts';
import type { Attempt } from '../attempt.ts';
import { ProbeFailure } from '../failure.ts';
import { connectTcp } from '../net/connect.ts';
import { type IpPreference, resolveTarget } from '../net/network.ts';
import { startTls } from '../net/secure.ts';
import type { TlsOptions } from '../net/tls-options.ts';
import { createByteReader } from './byte-reader.ts';

/** A connection as a protocol of questions and answers needs it. */
export interface Wire {
  readonly send: (bytes: Uint8Array | string) => void;
  /** Exactly so many bytes. */
  readonly read: (bytes: number) => Promise<Buffer>;
  /** Up to the next line feed, of at most so many bytes. */
  readonly readLine: (maxBytes: number) => Promise<string>;
  /** Speaks TLS from here on. */
  readonly startTls: (tls: TlsOptions) => Promise<TLSSocket>;
}

export interface Partner {
  /** `host:port` */
  readonly target: string;
  readonly ip: IpPreference;
}

/** Connects, talks, and lets go of the connection, however the talk ends. */
export async function converse(
  attempt: Attempt,
  { target, ip }: Partner,
  talk: (wire: Wire) => Promise<void>,
): Promise<void> {
  const { host, port } = splitAddress(target);
  const { address } = await resolveTarget(attempt, host, ip);
  const plain = await connectTcp(attempt, { address, port });
  let socket: Socket = plain;
  let reader = createByteReader(plain, attempt.signal);
  const wire: Wire = {
    send: (bytes) => void socket.write(bytes),
    read: (bytes) => reader.exactly(bytes),
    readLine: (maxBytes) => reader.line(maxBytes),
    startTls: async (tls) => {
      // Somebody on the way could have put it there, to be taken for what came by TLS.
      if (reader.surplus() > 0) throw new ProbeFailure('more than an answer came before TLS');
      attempt.step('begins TLS');
      const secure = await startTls(attempt, plain, { host, tls });
      socket = secure;
      reader = createByteReader(secure, attempt.signal);
      return secure;
    },
  };
  try {
    await talk(wire);
    // What was said last is still sent; nobody waits for the other side to close.
    socket.destroySoon();
  } catch (error) {
    plain.destroy();
    throw error;
  }
}
