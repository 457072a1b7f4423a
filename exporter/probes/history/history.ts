import type { Logger } from 'pino';
import type { Labels } from '../../model/labels.ts';
import type { ServiceHistory } from '../../model/service-history.ts';
import { every } from '../../util/pause.ts';
import { waitAtMost } from '../../util/wait-at-most.ts';
import { dayOf, type RecordedRun } from './day.ts';
import { openHistoryFolder } from './folder.ts';
import { createDaySaver } from './save-days.ts';
import { serviceId } from './service-id.ts';
import { createSummarize } from './summarize.ts';
import { createTallies, MAX_SERVICES, type Tallies } from './tallies.ts';

/** What the runs of all probes came to, by the hour, kept on the disk. */
export interface History {
  /** Counts a run that ended now, of the probe with these labels. */
  readonly record: (service: Labels, run: RecordedRun) => void;
  /** What is remembered now. */
  readonly look: () => HistoryLook;
  readonly setKeep: (keepMs: number) => void;
  /** Writes what is new. */
  readonly stop: () => Promise<void>;
}

/** Undefined of a probe that never ran, and of all until the files are read. */
export type HistoryLook = (service: Labels) => ServiceHistory | undefined;

export interface HistoryOptions {
  readonly directory: string;
  readonly keepMs: number;
  /** Unix seconds. */
  readonly nowSeconds: () => number;
  readonly logger: Logger;
  /** How much a process that is killed may lose. */
  readonly saveEachMs?: number;
}

const SAVE_MS = 60_000;
/** A disk that hangs must not hold up the end of the process. */
const LAST_PATIENCE_MS = 1000;
/** Nor may it take the memory. */
const MAX_WAITING = 10_000;
const DAY_MS = 86_400_000;

/** Reads what there is in the background. Nothing that is wrong with the disk stops the counting. */
export function createHistory({ directory, nowSeconds, logger, ...options }: HistoryOptions): History {
  const stopping = new AbortController();
  const folder = openHistoryFolder(directory, logger);
  const saver = createDaySaver({ folder, keepDays: () => keepDays, nowSeconds, logger });
  let waiting: (() => void)[] = [];
  let tallies: Tallies | undefined;
  let keepDays = Math.ceil(options.keepMs / DAY_MS);
  let isFull = false;
  const record = (to: Tallies, id: string, run: RecordedRun, atSeconds: number) => {
    saver.touch(dayOf(atSeconds));
    if (to.record(id, run, atSeconds) || isFull) return;
    isFull = true;
    logger.error({ limit: MAX_SERVICES }, 'too many probes: the history of the newest is not kept');
  };
  const load = async () => {
    const days = await folder.load().catch((err: unknown) => {
      logger.error({ err }, 'the history cannot be read: it begins anew');
      return new Map<number, never>();
    });
    const loaded = createTallies(days);
    tallies = loaded;
    for (const apply of waiting) apply();
    waiting = [];
    return loaded;
  };
  const loading = load();
  const saving = loading.then((loaded) =>
    every(options.saveEachMs ?? SAVE_MS, stopping.signal, () => saver.save(loaded)).then(() => saver.save(loaded)),
  );
  return {
    record: (service, run) => {
      const [id, atSeconds] = [serviceId(service), nowSeconds()];
      const loaded = tallies;
      if (loaded !== undefined) record(loaded, id, run, atSeconds);
      else if (waiting.length < MAX_WAITING) waiting.push(() => tallies && record(tallies, id, run, atSeconds));
    },
    look: () => {
      const loaded = tallies;
      if (loaded === undefined) return () => undefined;
      const summarize = createSummarize(loaded.days, nowSeconds());
      return (service) => {
        const id = serviceId(service);
        const last = loaded.lastOf(id);
        return last && summarize(id, last);
      };
    },
    setKeep: (keepMs) => {
      keepDays = Math.ceil(keepMs / DAY_MS);
    },
    stop: () => {
      stopping.abort();
      return waitAtMost(LAST_PATIENCE_MS, saving);
    },
  };
}
