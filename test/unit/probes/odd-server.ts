import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';

export interface OddServer {
  /** 127.0.0.1:PORT */
  readonly address: string;
  /** All that came on all connections, in latin1. */
  readonly received: () => string;
  /** Resolves when the other side let go of each connection. */
  readonly untilLeft: () => Promise<void>;
}

/** A server that does with a connection, or with each chunk that comes, what the test says; closed with the test. */
export async function startOddServer(on: {
  readonly connection?: (socket: Socket) => void;
  readonly chunk?: (socket: Socket, chunk: Buffer) => void;
}): Promise<OddServer> {
  const sockets = new Set<Socket>();
  const chunks: Buffer[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Whoever probes goes as he pleases.
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      on.chunk?.(socket, chunk);
    });
    on.connection?.(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('read the port of a listening server');
  return {
    address: `127.0.0.1:${place.port}`,
    received: () => Buffer.concat(chunks).toString('latin1'),
    untilLeft: () =>
      vi.waitFor(() => {
        if (sockets.size > 0) throw new Error(`${sockets.size} connections are still there`);
      }),
  };
}

/** A server that answers whatever comes first with these bytes. */
export function answering(bytes: string | Uint8Array): Promise<OddServer> {
  return startOddServer({ chunk: (socket) => void socket.write(bytes) });
}

/** Sends the same bytes again and again, as fast as they are taken. */
export function sendEndlessly(socket: Socket, bytes: Uint8Array): void {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
}
