import type { Socket } from 'node:net';
import { ProbeFailure } from '../failure.ts';

/**
 * Reads a socket in the portions that a protocol has. The socket reads on only while it is asked, so of a remote that sends without
 * end no more than its buffer is held.
 */
export interface ByteReader {
  /** Exactly so many bytes. */
  readonly exactly: (bytes: number) => Promise<Buffer>;
  /** Up to the next line feed, without it and a carriage return before it; a longer one is refused. */
  readonly line: (maxBytes: number) => Promise<string>;
  /** Bytes that came and nobody asked for. */
  readonly surplus: () => number;
}

export function createByteReader(socket: Socket, signal: AbortSignal): ByteReader {
  let held = Buffer.alloc(0);
  const pass = (bytes: number): Buffer => {
    const passed = held.subarray(0, bytes);
    held = held.subarray(bytes);
    return passed;
  };
  const readMore = async () => {
    // All of it: a socket that is left with some says at once that it is readable, again and again. Without an encoding it gives buffers.
    const read = socket.read() as Buffer | null;
    if (read === null) await untilMore(socket, signal);
    else held = Buffer.concat([held, read]);
  };
  return {
    exactly: async (bytes) => {
      while (held.length < bytes) await readMore();
      return pass(bytes);
    },
    line: async (maxBytes) => {
      for (;;) {
        const end = held.indexOf('\n');
        if ((end === -1 ? held.length : end) > maxBytes) {
          throw new ProbeFailure(`no end of a line within ${maxBytes} bytes`);
        }
        if (end !== -1)
          return pass(end + 1)
            .toString('latin1', 0, end)
            .replace(/\r$/, '');
        await readMore();
      }
    },
    surplus: () => held.length + socket.readableLength,
  };
}

/** Whatever happens next to the socket; throws when nothing can come any more. */
async function untilMore(socket: Socket, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (socket.errored !== null) throw socket.errored;
  if (socket.readableEnded || socket.destroyed) throw closed(socket);
  await new Promise<void>((resolve) => {
    const events = ['readable', 'end', 'error', 'close'];
    const settle = () => {
      for (const event of events) socket.off(event, settle);
      signal.removeEventListener('abort', settle);
      resolve();
    };
    for (const event of events) socket.on(event, settle);
    signal.addEventListener('abort', settle, { once: true });
  });
}

function closed({ bytesRead }: Socket): ProbeFailure {
  return new ProbeFailure(
    bytesRead === 0 ? 'connection closed without an answer' : 'connection closed before the answer was complete',
  );
}
