import { EngineError } from './error.ts';

/** Throws an EngineError. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EngineError('protocol', 'answer is not JSON', { cause });
  }
}

/** What an engine says in its answer to a call that it refuses: its message, cut short; nothing if there is none. */
export function refusalWords(text: string): string {
  try {
    const answer = parseJson(text) as { readonly message?: unknown };
    return typeof answer.message === 'string' ? answer.message.slice(0, 200) : '';
  } catch {
    // The status says enough.
    return '';
  }
}

/** A body that comes piece by piece. */
export interface BodyText {
  /** Throws an EngineError when there are too many bytes. */
  readonly add: (piece: Buffer) => void;
  /** Of what has come. */
  readonly text: () => string;
}

export function createBodyText(maxBytes: number): BodyText {
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    add: (piece) => {
      size += piece.length;
      if (size > maxBytes) throw new EngineError('protocol', `answer larger than ${maxBytes} bytes`);
      pieces.push(piece);
    },
    text: () => {
      const [only] = pieces;
      return (pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces)).toString('utf8');
    },
  };
}
