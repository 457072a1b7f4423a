import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Keeps a connection, on which these bytes are sent, to the end of the test; what the server says first shows that it took it. */
export const holdConnection = async (address: string, bytes = ''): Promise<Socket> => {
  const [host, port] = address.split(':');
  const socket = connect({ host: host ?? '', port: Number(port) });
  onTestFinished(() => void socket.destroy());
  // The server may end before the test does.
  socket.on('error', () => undefined);
  socket.write(bytes);
  await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  return socket;
};
