import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RecordingProxy {
  /** unix://… */
  readonly url: string;
  /** What was asked since the last time, each "METHOD /path?query", without the API version. */
  readonly takeCalls: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** Passes on to an engine's socket all that comes, and keeps what was asked. Asked must be without bodies. */
export const startRecordingProxy = async (engineSocketPath: string): Promise<RecordingProxy> => {
  const directory = await mkdtemp(join(tmpdir(), 'recording-proxy-'));
  const socketPath = join(directory, 'docker.sock');
  const calls: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const engine = connect(engineSocketPath);
    let asked = '';
    client.on('data', (chunk: Buffer) => {
      const heads = `${asked}${chunk.toString()}`.split('\r\n\r\n');
      asked = heads.pop() ?? '';
      for (const head of heads) calls.push(head.replace(/^(\w+) (?:\/v[\d.]+)?(\S+) .*/s, '$1 $2'));
    });
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    url: `unix://${socketPath}`,
    takeCalls: () => calls.splice(0),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(directory, { recursive: true });
    },
  };
};
