import type { NewDocument } from '../model/document.ts';
import { pause } from '../util/pause.ts';
import { waitAtMost } from '../util/wait-at-most.ts';

/** Documents on their way to where they are kept. */
export interface LogQueue {
  readonly add: (documents: readonly NewDocument[]) => void;
  /** Resolves when all are kept, or when the time is up. */
  readonly close: (withinMs: number) => Promise<void>;
}

/** A disk that is full or hangs must not take the memory, too: the newest lines then are the ones that are lost. */
const MOST_DOCUMENTS = 5000;
const MOST_CHARACTERS = 8 * 1024 * 1024;
/** Between two tries. */
const RETRY_MS = 1000;

export interface LogQueueOptions {
  readonly append: (documents: readonly NewDocument[]) => Promise<void>;
  /** So many found no place, or could not be kept until the end. */
  readonly onDropped: (documents: number) => void;
}

/** One append at a time; what comes meanwhile is the next one's. Whoever keeps them tells of its failures itself. */
export function createLogQueue({ append, onDropped }: LogQueueOptions): LogQueue {
  const closing = new AbortController();
  let waiting: NewDocument[] = [];
  let characters = 0;
  let working: Promise<void> | undefined;
  const keepAll = async () => {
    while (waiting.length > 0) {
      const documents = [...waiting];
      try {
        await append(documents);
        // None but those at the end came meanwhile.
        waiting = waiting.slice(documents.length);
        characters = waiting.reduce((sum, { json }) => sum + json.length, 0);
      } catch {
        if (closing.signal.aborted) {
          onDropped(waiting.length);
          [waiting, characters] = [[], 0];
          break;
        }
        await pause(RETRY_MS, closing.signal);
      }
    }
    working = undefined;
  };
  return {
    add: (documents) => {
      for (const document of documents) {
        if (waiting.length >= MOST_DOCUMENTS || characters >= MOST_CHARACTERS) {
          onDropped(1);
          continue;
        }
        waiting.push(document);
        characters += document.json.length;
      }
      working ??= keepAll();
    },
    close: async (withinMs) => {
      closing.abort();
      if (working !== undefined) await waitAtMost(withinMs, working);
    },
  };
}
