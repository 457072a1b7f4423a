import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TcpServer {
  /** 127.0.0.1:PORT */
  readonly address: string;
  /** Connections that were not closed by the other side. */
  readonly open: () => number;
}

/** A server on loopback that ends with the test, whatever became of its connections. */
export const serveTcp = async (handle: (socket: Socket) => void): Promise<TcpServer> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    handle(socket);
    // Only who reads learns of the other side's end.
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('read the port of a listening server');
  return { address: `127.0.0.1:${address.port}`, open: () => sockets.size };
};
