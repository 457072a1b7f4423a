import type { Logger } from 'pino';
import { pause } from '../../util/pause.ts';
import type { ReplacedFile } from '../../util/replaced-file.ts';
import { waitAtMost } from '../../util/wait-at-most.ts';

export interface KeepSignsOptions {
  readonly file: ReplacedFile;
  readonly textOf: () => string;
  /** Monotonic. */
  readonly nowMs: () => number;
  readonly logger: Logger;
}

export interface KeptSigns {
  /** Resolves to whether all that is known now is on the disk. */
  readonly save: () => Promise<boolean>;
  /** Writes at once what waits to be written. */
  readonly close: () => Promise<void>;
}

/** Each write is a sync of the disk: what comes within a second shares the next one. */
const GATHER_MS = 1000;
/** A disk that hangs must not hold up the job that tells of itself. */
const PATIENCE_MS = 5000;
/** Nor the end of the process. */
const LAST_PATIENCE_MS = 1000;

/** Writes the file durably, at most once a second. A disk that fails is told of once, and once when it works again. */
export function keepSigns({ file, textOf, nowMs, logger }: KeepSignsOptions): KeptSigns {
  const closing = new AbortController();
  let last: Promise<boolean> = Promise.resolve(true);
  let next: Promise<boolean> | undefined;
  let startedMs = Number.NEGATIVE_INFINITY;
  let isFailing = false;
  const write = async () => {
    startedMs = nowMs();
    try {
      await file.write(textOf(), true);
      if (isFailing) logger.info({}, 'heartbeats are saved again');
      isFailing = false;
      return true;
    } catch (err) {
      if (!isFailing) logger.error({ err }, 'heartbeats are not saved: after a restart the last ones are forgotten');
      isFailing = true;
      return false;
    }
  };
  const writeInTurn = async () => {
    await last;
    await pause(startedMs + GATHER_MS - nowMs(), closing.signal);
    // Who comes from here on may be too late for this one.
    next = undefined;
    last = write();
    return last;
  };
  const save = () => (next ??= writeInTurn());
  return {
    save: async () => (await waitAtMost(PATIENCE_MS, save())) ?? false,
    close: async () => {
      closing.abort();
      await waitAtMost(LAST_PATIENCE_MS, next ?? last);
    },
  };
}
