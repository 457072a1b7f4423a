import type { Socket } from 'node:net';
import { ProbeFailure } from '../failure.ts';

/**
 * Exactly so many bytes. The socket reads on only while it is asked, so of a remote that sends without end no more than its
 * buffer is held; what comes beyond stays in it.
 */
export async function readExactly(socket: Socket, bytes: number, signal: AbortSignal): Promise<Buffer> {
  if (bytes === 0) return Buffer.alloc(0);
  for (;;) {
    const read = take(socket, bytes);
    if (read?.length === bytes) return read;
    // A socket gives less than was asked for only at its end.
    if (read !== null) throw closed(socket);
    await untilMore(socket, signal);
  }
}

/** Up to the next line feed, without it and a carriage return before it; a longer one is refused, what follows stays. */
export async function readLine(socket: Socket, maxBytes: number, signal: AbortSignal): Promise<string> {
  let line = Buffer.alloc(0);
  for (;;) {
    const read = take(socket);
    if (read !== null) line = Buffer.concat([line, read]);
    const end = line.indexOf('\n');
    if (end === -1 ? line.length > maxBytes : end > maxBytes) {
      throw new ProbeFailure(`no end of a line within ${maxBytes} bytes`);
    }
    if (end !== -1) {
      if (end + 1 < line.length) socket.unshift(line.subarray(end + 1));
      return line.toString('latin1', 0, end).replace(/\r$/, '');
    }
    if (read === null) await untilMore(socket, signal);
  }
}

function take(socket: Socket, bytes?: number): Buffer | null {
  // A socket without an encoding gives buffers.
  return socket.read(bytes) as Buffer | null;
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
    `connection closed ${bytesRead === 0 ? 'without an' : 'before the'} answer${bytesRead === 0 ? '' : ' was complete'}`,
  );
}
