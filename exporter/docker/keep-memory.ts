import type { Logger } from 'pino';
import { inSlices } from '../util/in-slices.ts';
import { every, pause } from '../util/pause.ts';
import { waitAtMost } from '../util/wait-at-most.ts';
import { createHostMemory, type HostMemory, type HostMemoryOptions } from './host-memory.ts';
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

export interface KeepMemoryOptions extends Pick<HostMemoryOptions, 'matchedLabels' | 'onExit'> {
  readonly host: string;
  readonly file: MemoryFile;
  readonly logger: Logger;
}

/** What is new is saved in this time. */
const SAVE_MS = 1000;
/** Where nothing is new: what went five minutes ago is forgotten in this time. To look each second takes an eighth of an idle minute. */
const TEND_MS = 10_000;
/** A disk that hangs must not hold up a scrape: less than what its deadline leaves of the time-out. */
const PATIENCE_MS = 400;
/** Nor the end of the process for long. */
const LAST_PATIENCE_MS = 1000;

/** Reads the file, and saves to it at most once a second until the signal aborts. */
export function keepMemory(options: KeepMemoryOptions, signal: AbortSignal): KeptMemory {
  const { host, file, matchedLabels, logger, onExit } = options;
  const saving = createSaving({ ...options, memory: () => memory, onUnsaved: () => void tendSoon() });
  const tend = () => {
    memory.lifecycle.settle();
    memory.lifecycle.forgetGone();
    // Not waited for: a disk that hangs must not stop the counting.
    void saving.save(true);
  };
  let isTending = false;
  const tendSoon = async () => {
    if (isTending) return;
    isTending = true;
    await pause(SAVE_MS, signal);
    isTending = false;
    if (!signal.aborted) tend();
  };
  let isSettling = false;
  const settleAfter = async (afterMs: number) => {
    if (isSettling || signal.aborted) return;
    isSettling = true;
    await pause(afterMs, signal);
    isSettling = false;
    memory.lifecycle.settle();
  };
  const memory = createHostMemory({
    host,
    matchedLabels,
    saved: readFile(file, logger),
    onUnreadable: (err) => logger.error({ err, path: file.path }, 'counters of before are lost: they begin anew'),
    nowMs: () => performance.now(),
    nowSeconds: () => Date.now() / 1000,
    onDue: (afterMs) => void settleAfter(afterMs),
    onChange: saving.touch,
    ...(onExit && { onExit }),
  });
  void tendSoon();
  void every(TEND_MS, signal, tend);
  return {
    ...memory,
    keep: () => waitAtMost(PATIENCE_MS, saving.save(false)),
    close: () => waitAtMost(LAST_PATIENCE_MS, saving.save(true)),
  };
}

interface SavingOptions extends Pick<KeepMemoryOptions, 'file' | 'logger' | 'matchedLabels'> {
  readonly memory: () => Pick<HostMemory, 'prepareSave' | 'save'>;
  /** There is something to save, once more where it could not be. */
  readonly onUnsaved: () => void;
}

/** At most one write is under way and one waits, which takes all that is known when it begins. */
function createSaving({ file, logger, memory, matchedLabels, onUnsaved }: SavingOptions) {
  const isSafe = { fromProcess: false, fromMachine: false };
  /** A reload may ask for others of what is gone by the next start. */
  let savedLabels = matchedLabels?.();
  let isFailing = false;
  let next: { isDurable: boolean } | undefined;
  let last: Promise<void> = Promise.resolve();
  const write = async (isDurable: boolean) => {
    Object.assign(isSafe, { fromProcess: true, fromMachine: isDurable });
    savedLabels = matchedLabels?.();
    try {
      await file.write(memory().save(), isDurable);
      if (isFailing) logger.info({}, 'counters are saved again');
      isFailing = false;
    } catch (err) {
      touch();
      if (!isFailing) logger.error({ err }, 'counters are not saved: after a restart they begin anew');
      isFailing = true;
    }
  };
  const touch = () => {
    Object.assign(isSafe, { fromProcess: false, fromMachine: false });
    onUnsaved();
  };
  const save = (isDurable: boolean): Promise<void> => {
    const isSaved = isDurable ? isSafe.fromMachine : isSafe.fromProcess;
    if (isSaved && savedLabels === matchedLabels?.()) return last;
    if (next !== undefined) {
      next.isDurable ||= isDurable;
      return last;
    }
    const waiting = { isDurable };
    next = waiting;
    last = last.then(async () => {
      await inSlices(memory().prepareSave());
      next = undefined;
      return write(waiting.isDurable);
    });
    return last;
  };
  return { touch, save };
}

function readFile(file: MemoryFile, logger: Logger): string | undefined {
  try {
    return file.read();
  } catch (err) {
    logger.error({ err }, 'counters of before are lost: they begin anew');
    return undefined;
  }
}
