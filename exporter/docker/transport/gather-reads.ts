import type { Socket } from 'node:net';

/** What comes in quick succession is let gather in the kernel for so long; an engine waits 100 ms for a reader, once its buffers are full. */
const GATHER_MS = 80;
/** Reads that follow each other within this time are quick. */
const QUICK_MS = 160;
/** Of quick ones, so many are done at once: an engine tells of one thing in several events. */
const AT_ONCE = 4;
/** Whoever has sent so much is about to fill the kernel's buffer, and waits for nobody. */
const MUCH_BYTES = 32_768;

/** For `net.connect`: a socket that takes no more from the kernel than is asked for. */
export const UNBUFFERED = { highWaterMark: 1 } as const;

/**
 * Makes an UNBUFFERED socket read a stream of many small writes in few pieces. An engine writes each event by itself;
 * to wake up for each takes several times as long as the event does.
 */
export function gatherReads(socket: Socket): void {
  const readNow = socket._read.bind(socket);
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastBytes = 0;
  let quick = 0;
  socket._read = (size) => {
    const nowMs = performance.now();
    const bytes = socket.bytesRead - lastBytes;
    quick = nowMs - lastMs < QUICK_MS ? quick + 1 : 0;
    lastMs = nowMs;
    lastBytes = socket.bytesRead;
    if (quick < AT_ONCE || bytes >= MUCH_BYTES) readNow(size);
    else setTimeout(readNow, GATHER_MS, size);
  };
}
