import type { Dispatcher } from 'undici';
import { EngineError } from './error.ts';

type Body = Dispatcher.ResponseData['body'];

/** Throws an EngineError. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EngineError('protocol', 'answer is not JSON', { cause });
  }
}

/** What an engine says to a call that it refuses: its message, cut short; nothing if that cannot be read. */
export async function readRefusal(body: Body): Promise<string> {
  try {
    const answer = parseJson(await readText(body, 65_536)) as { readonly message?: unknown };
    return typeof answer.message === 'string' ? answer.message.slice(0, 200) : '';
  } catch {
    // The status says enough.
    return '';
  }
}

/** Reads an answer to its end; a remote engine is not trusted to end it (R48). */
export async function readText(body: Body, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    // A body without an encoding comes as buffers.
    const buffer = chunk as Buffer;
    size += buffer.length;
    if (size > maxBytes) throw new EngineError('protocol', `answer larger than ${maxBytes} bytes`);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
