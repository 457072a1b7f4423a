import type { IncomingHttpHeaders } from 'node:http';
import { createBodyText, refusalWords } from './body.ts';
import { refusal } from './error.ts';
import { type RequestOptions, request } from './request.ts';

/** Is told of an answer with 200 alone, as it comes. */
export interface AcceptedListener {
  readonly onHead: (headers: IncomingHttpHeaders) => void;
  readonly onPiece: (piece: Buffer) => void;
}

const MAX_REFUSAL_BYTES = 65_536;

/** Resolves at the end of an answer with 200. Rejects as a request does, and with an EngineError when it is refused. */
export async function ask(options: RequestOptions, listener: AcceptedListener, signal: AbortSignal): Promise<void> {
  const head: { status?: number } = {};
  const words = createBodyText(MAX_REFUSAL_BYTES);
  const heard = {
    onHead: (status: number, headers: IncomingHttpHeaders) => {
      head.status = status;
      if (status === 200) listener.onHead(headers);
    },
    onPiece: (piece: Buffer) => {
      if (head.status === 200) listener.onPiece(piece);
      else words.add(piece);
    },
  };
  try {
    await request(options, heard, signal);
  } catch (error) {
    // A refusal that breaks has said enough.
    if (head.status === undefined || head.status === 200) throw error;
  }
  if (head.status !== undefined && head.status !== 200) throw refusal(head.status, refusalWords(words.text()));
}

/** An answer with 200, as a whole. */
export interface Answer {
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

/** The same for an answer that has an end, and no more bytes than this: an engine is not trusted with it (R48). */
export async function askForText(
  options: Omit<RequestOptions, 'isStream'>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Answer> {
  const body = createBodyText(maxBytes);
  let headers: IncomingHttpHeaders = {};
  const listener = {
    onHead: (told: IncomingHttpHeaders) => {
      headers = told;
    },
    onPiece: body.add,
  };
  await ask({ ...options, isStream: false }, listener, signal);
  return { text: body.text(), headers };
}
