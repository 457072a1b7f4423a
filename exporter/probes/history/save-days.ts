import type { Logger } from 'pino';
import type { HistoryFolder } from './folder.ts';
import type { Tallies } from './tallies.ts';

export interface DaySaver {
  /** Something of this day is not saved. */
  readonly touch: (day: number) => void;
  /** Writes the days that were touched, and removes those that are too old. Does not reject. */
  readonly save: (tallies: Tallies) => Promise<void>;
}

export interface DaySaverOptions {
  readonly folder: HistoryFolder;
  readonly keepDays: () => number;
  /** Unix seconds. */
  readonly nowSeconds: () => number;
  readonly logger: Logger;
}

/** Tells of the first failure, and of the end of them; what was not written is tried again. */
export function createDaySaver({ folder, keepDays, nowSeconds, logger }: DaySaverOptions): DaySaver {
  const touched = new Set<number>();
  let isFailing = false;
  const write = async ({ days }: Tallies, number: number) => {
    const day = days.get(number);
    // Before it is written: what comes meanwhile may be too late for it.
    touched.delete(number);
    if (day === undefined) return;
    await folder.write(day).catch((error: unknown) => {
      touched.add(number);
      throw error;
    });
  };
  return {
    touch: (day) => void touched.add(day),
    save: async (tallies) => {
      if (touched.size === 0) return;
      try {
        for (const number of [...touched]) await write(tallies, number);
        await folder.prune(tallies.prune(keepDays(), nowSeconds()));
        if (isFailing) logger.info({}, 'the history is saved again');
        isFailing = false;
      } catch (err) {
        if (!isFailing) logger.error({ err }, 'the history is not saved: after a restart it has a gap');
        isFailing = true;
      }
    },
  };
}
