import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerCertificate } from './index.ts';

/** An HTTP server on a port of 127.0.0.1 that it keeps while it is down. */
export interface Listener {
  readonly url: string;
  readonly setCertificate: (certificate: ServerCertificate) => void;
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
}

/** Starts one, with TLS where it has a certificate. */
export const listen = async (
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  certificate: ServerCertificate | undefined,
): Promise<Listener> => {
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    // A client that went away, or a fault of this server: either way there is no answer.
    handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
  const tls = certificate === undefined ? undefined : createTlsServer(certificate, respond);
  const server = tls ?? createPlainServer(respond);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const endConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // It listens on a port, so its address is no path of a socket.
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    setCertificate: (changed) => {
      tls?.setSecureContext(changed);
      endConnections();
    },
    down: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      endConnections();
      await closed;
    },
    up: async () => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
};

/** Ends a connection without a word: by RST where it has no TLS, whose sockets know only an orderly end. */
export const reset = ({ socket }: IncomingMessage): void => {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
};
