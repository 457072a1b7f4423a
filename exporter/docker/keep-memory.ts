import type { Logger } from 'pino';
import { every, pause } from '../util/pause.ts';
import { createHostMemory, type HostMemory } from './host-memory.ts';
import type { MemoryFile } from './memory-file.ts';

/** A host's memory and its file. */
export interface KeptMemory extends HostMemory {
  /**
   * Resolves when all that is known now is safe from the end of this process, or could not be made so: what an answer
   * shows must not be forgotten after it (R12).
   */
  readonly keep: () => Promise<void>;
  /** The same, safe from the end of the machine too. */
  readonly close: () => Promise<void>;
}

export interface KeepMemoryOptions {
  readonly host: string;
  readonly file: MemoryFile;
  readonly logger: Logger;
}

const SAVE_MS = 1000;
/** A disk that hangs must not hold up a scrape. */
const PATIENCE_MS = 1000;

/** Reads the file, and saves to it once a second until the signal aborts. */
export function keepMemory({ host, file, logger }: KeepMemoryOptions, signal: AbortSignal): KeptMemory {
  const saving = createSaving({ file, logger });
  const memory = createHostMemory({
    host,
    saved: readFile(file, logger),
    onUnreadable: (err) => logger.error({ err, path: file.path }, 'counters of before are lost: they begin anew'),
    nowMs: () => performance.now(),
    nowSeconds: () => Date.now() / 1000,
    onDue: (afterMs) => void pause(afterMs, signal).then(() => memory.lifecycle.settle()),
    onChange: saving.touch,
  });
  void every(SAVE_MS, signal, () => {
    memory.lifecycle.settle();
    return saving.save(memory, true);
  });
  return {
    ...memory,
    keep: () => Promise.race([saving.save(memory, false), pause(PATIENCE_MS)]),
    close: () => Promise.race([saving.save(memory, true), pause(PATIENCE_MS)]),
  };
}

function createSaving({ file, logger }: Pick<KeepMemoryOptions, 'file' | 'logger'>) {
  let hasChanged = true;
  let isFailing = false;
  let last: Promise<void> = Promise.resolve();
  const write = async (text: string, isDurable: boolean) => {
    try {
      await file.write(text, isDurable);
      if (isFailing) logger.info({}, 'counters are saved again');
      isFailing = false;
    } catch (err) {
      hasChanged = true;
      if (!isFailing) logger.error({ err }, 'counters are not saved: after a restart they begin anew');
      isFailing = true;
    }
  };
  return {
    touch: () => {
      hasChanged = true;
    },
    save: (memory: HostMemory, isDurable: boolean): Promise<void> => {
      if (!hasChanged) return last;
      hasChanged = false;
      last = write(memory.save(), isDurable);
      return last;
    },
  };
}

function readFile(file: MemoryFile, logger: Logger): string | undefined {
  try {
    return file.read();
  } catch (err) {
    logger.error({ err }, 'counters of before are lost: they begin anew');
    return undefined;
  }
}
