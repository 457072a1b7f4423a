import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createReplacedFile } from '../../util/replaced-file.ts';
import { type Day, dateOf, dayOfDate } from './day.ts';
import { encodeDay, parseDay } from './day-file.ts';

/** One file a day. */
export interface HistoryFolder {
  /** All days that can be read; a file that is broken is set aside and told of. */
  readonly load: () => Promise<Map<number, Day>>;
  /** Durably, and as a whole. */
  readonly write: (day: Day) => Promise<void>;
  /** Whatever there is of days before this one. */
  readonly prune: (firstKept: number) => Promise<void>;
}

/** Set aside, or left by a process that was killed: they go with their day. */
const FILE = /^(\d{4}-\d\d-\d\d)\.json(\.broken|\.new)?$/;

export function openHistoryFolder(directory: string, logger: Logger): HistoryFolder {
  const pathOf = (day: number) => join(directory, `${dateOf(day)}.json`);
  const list = async () => {
    const names = await readdir(directory).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    });
    return names.flatMap((name) => {
      const [, date = '', suffix] = FILE.exec(name) ?? [];
      const day = dayOfDate(date);
      return day === undefined ? [] : { name, day, isWhole: suffix === undefined };
    });
  };
  const read = async (day: number): Promise<Day | undefined> => {
    const path = pathOf(day);
    const text = await readFile(path, 'utf8').catch((err: unknown) => {
      logger.error({ err }, 'a day of the history cannot be read');
      return undefined;
    });
    if (text === undefined) return undefined;
    try {
      return parseDay(text, day);
    } catch (err) {
      logger.error({ err, path }, 'a day of the history is broken: it is set aside as .broken');
      await rename(path, `${path}.broken`).catch((error: unknown) => {
        logger.error({ err: error }, 'a broken day of the history cannot be set aside');
      });
      return undefined;
    }
  };
  return {
    load: async () => {
      const days = new Map<number, Day>();
      // One after the other: each takes some milliseconds of the event loop.
      for (const { day, isWhole } of await list()) {
        const read_ = isWhole ? await read(day) : undefined;
        if (read_ !== undefined) days.set(day, read_);
      }
      return days;
    },
    write: (day) => createReplacedFile(pathOf(day.number)).write(encodeDay(day), true),
    prune: async (firstKept) => {
      for (const { name, day } of await list()) if (day < firstKept) await rm(join(directory, name), { force: true });
    },
  };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
