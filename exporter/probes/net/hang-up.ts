import type { Socket } from 'node:net';

/** Longer than a goodbye takes, so that who does not take it holds no socket. */
const GOODBYE_MS = 1_000;

/** Ends a connection that is not needed any more: says goodbye first, but does not wait to hear it. */
export function hangUp(socket: Socket): void {
  socket.destroySoon();
  setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
}
