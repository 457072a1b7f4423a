import type { Socket } from 'node:net';

/** What comes in quick succession is let gather in the kernel for so long; an engine waits 100 ms for a reader, once its buffers are full. */
const GATHER_MS = 80;
/** Reads that follow each other within this time are quick. */
const QUICK_MS = 160;
/** Of quick ones, so many are done at once: an engine tells of one thing in several events. */
const AT_ONCE = 4;
/** Who sends so much in that time is about to fill the kernel's buffer, or replays what it has kept, and is not kept waiting. */
const MUCH_BYTES = 32_768;

/** For `net.connect` and `tls.connect`: a socket that takes no more from the kernel than is asked for. */
export const UNBUFFERED = { highWaterMark: 1 } as const;

/**
 * Makes an UNBUFFERED socket read a stream of many small writes in few pieces. An engine writes each event by itself;
 * to wake up for each takes several times as long as the event does.
 */
export function gatherReads(socket: Socket): void {
  const readNow = socket._read.bind(socket);
  const isMuch = countMuch(socket);
  let lastMs = Number.NEGATIVE_INFINITY;
  let quick = 0;
  let waiting: NodeJS.Timeout | undefined;
  const endWait = () => {
    clearTimeout(waiting);
    waiting = undefined;
  };
  socket.once('close', endWait);
  // Over TLS it is called for each record, of 16 KiB at most, and several times before a timer ends.
  socket._read = (size) => {
    const nowMs = performance.now();
    quick = nowMs - lastMs < QUICK_MS ? quick + 1 : 0;
    lastMs = nowMs;
    const read = () => {
      endWait();
      readNow(size);
    };
    if (isMuch(nowMs) || quick < AT_ONCE) read();
    else waiting ??= setTimeout(read, GATHER_MS);
  };
}

/** Whether MUCH_BYTES came within GATHER_MS. */
function countMuch(socket: Socket): (nowMs: number) => boolean {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let sinceBytes = 0;
  return (nowMs) => {
    const isMuch = socket.bytesRead - sinceBytes >= MUCH_BYTES;
    if (nowMs - sinceMs >= GATHER_MS) [sinceMs, sinceBytes] = [nowMs, socket.bytesRead];
    return isMuch;
  };
}
