import type { Readable } from 'node:stream';
import { ProbeFailure } from '../failure.ts';
import { httpFailure } from './http-failure.ts';

/** What is beyond is not looked at: patterns stay cheap, and an endless body comes to an end (R1). */
const MAX_BODY_BYTES = 512 * 1024;

export interface Body {
  readonly bytes: Buffer;
  /** Whether there was more. */
  readonly isCut: boolean;
}

/** A failure, for people. */
export const CLOSED_IN_BODY = 'connection closed in the middle of the body';

/** Reads so far and no further, then destroys the stream. Rejects when it ends before its end. */
export function readBody(stream: Readable, onLength: (bytes: number) => void): Promise<Body> {
  const chunks: Buffer[] = [];
  let length = 0;
  let isFinished = false;
  return new Promise((resolve, reject) => {
    const finish = (isCut: boolean) => {
      isFinished = true;
      resolve({ bytes: Buffer.concat(chunks, length), isCut });
    };
    const fail = (error: Error) => reject(httpFailure(error, CLOSED_IN_BODY));
    stream.on('data', (chunk: Buffer) => {
      const kept = chunk.subarray(0, MAX_BODY_BYTES - length);
      chunks.push(kept);
      length += kept.length;
      onLength(length);
      if (kept.length === chunk.length) return;
      finish(true);
      stream.destroy();
    });
    stream.once('end', () => finish(false));
    // Stays: destroying a stream may have an error of its own.
    stream.on('error', fail);
    if (stream.errored !== null) fail(stream.errored);
    stream.once('close', () => {
      // An error is dear to make, and nobody waits for one after the end.
      if (!isFinished) fail(new ProbeFailure(CLOSED_IN_BODY));
    });
  });
}
