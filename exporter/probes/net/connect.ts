import { connect, type Socket } from 'node:net';
import type { Attempt } from '../attempt.ts';
import { ProbeFailure } from '../failure.ts';

export interface Place {
  readonly address: string;
  readonly port: number;
}

/**
 * A TCP connection to an address, destroyed when the attempt ends. What the socket says it is connected to is checked once
 * more: no name is looked up in between (R59).
 */
export async function connectTcp(attempt: Attempt, { address, port }: Place): Promise<Socket> {
  const { signal, network } = attempt;
  signal.throwIfAborted();
  if (network.onlyPort !== undefined && port !== network.onlyPort) throw new ProbeFailure(`port ${port} is refused`);
  const socket = connect({ host: address, port, noDelay: true });
  destroyWith(socket, signal);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
    const closed = () => reject(new ProbeFailure('connection closed'));
    socket.once('close', closed);
    // An error is dear to make, and nobody waits for one any more.
    socket.once('connect', () => socket.off('close', closed));
  });
  // Whoever uses the socket listens himself; an error that nobody waits for must not end the process.
  socket.on('error', () => undefined);
  const refusal = network.refuses(socket.remoteAddress ?? '');
  if (refusal !== undefined) {
    socket.destroy();
    throw new ProbeFailure(`${address} is refused: ${refusal}`);
  }
  attempt.step(`connected to ${address} port ${port}`);
  return socket;
}

function destroyWith(socket: Socket, signal: AbortSignal): void {
  const destroy = () => socket.destroy();
  signal.addEventListener('abort', destroy, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', destroy));
}
