import type { Readable } from 'node:stream';
import type { AnswerHeaders } from './headers.ts';

/** The head of an answer, and its body to be read. */
export interface Answer {
  readonly status: number;
  /** 1, 1.1 or 2 */
  readonly version: number;
  readonly headers: AnswerHeaders;
  readonly body: Readable;
  /** Why a body that came to its end is not whole; undefined when it is. */
  readonly faultOfBody?: () => string | undefined;
}

/** Go no further with a server that sends interim answers only. */
export const MAX_INTERIM_ANSWERS = 10;
/** Of the head of an answer; Node.js takes 16 KiB, which real cookies and policies go beyond. */
export const MAX_HEAD_BYTES = 64 * 1024;
