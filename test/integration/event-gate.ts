import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../bed/wait-for.ts';

/** Before an engine's socket: all calls pass, the event stream only while the gate is open. */
export interface EventGate {
  /** unix://… */
  readonly url: string;
  /** Cuts the stream; resolves when its reader waits for the next, which the engine has not been asked for. */
  readonly shut: () => Promise<void>;
  /** Asks the engine for it. */
  readonly open: () => void;
  readonly close: () => Promise<void>;
}

/** Asked must be without bodies, and one call after the other on a connection. */
export const startEventGate = async (engineSocketPath: string): Promise<EventGate> => {
  const directory = await mkdtemp(join(tmpdir(), 'event-gate-'));
  const socketPath = join(directory, 'docker.sock');
  const sockets = new Set<Socket>();
  const streams = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let isOpen = true;
  const pass = (client: Socket, engine: Socket) => {
    client.on('data', (call: Buffer) => {
      const isStream = /^GET \S*\/events\?/.test(call.toString());
      if (isStream) streams.add(client);
      if (isStream && !isOpen) waiting.push(() => engine.write(call));
      else engine.write(call);
    });
    engine.pipe(client);
  };
  const server = createServer((client) => {
    const engine = connect(engineSocketPath);
    pass(client, engine);
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        streams.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    url: `unix://${socketPath}`,
    shut: async () => {
      isOpen = false;
      for (const stream of streams) stream.destroy();
      await waitFor('the next stream', () => waiting.length > 0);
    },
    open: () => {
      isOpen = true;
      for (const go of waiting.splice(0)) go();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(directory, { recursive: true });
    },
  };
};
