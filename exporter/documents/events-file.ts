import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerEvent } from '../model/event.ts';
import { pause } from '../util/pause.ts';
import { encodeEvent, isDocumented } from './encode-event.ts';

export interface EventsFile {
  /** Returns at once; events of other kinds than containers' are passed over. */
  readonly append: (event: DockerEvent, host: string) => void;
  /** Resolves when everything appended before has been written, or has failed. */
  readonly close: () => Promise<void>;
}

export interface EventsFileOptions {
  /** Made with mode 0700 if it is missing. */
  readonly directory: string;
  /** Decides on the day, UTC, in a file's name. */
  readonly nowMs: () => number;
  /** The first document that is lost: said once, until all that waited has been written again. */
  readonly onFailing: (error: Error) => void;
  /** Documents are written again; so many were lost. */
  readonly onWorking: (lost: number) => void;
}

/** A disk that hangs must not take the memory too. */
const MAX_WAITING = 10_000;
/** Each write costs as much as a hundred events: what comes in this time is one. */
const GATHER_MS = 500;

interface Waiting {
  readonly path: string;
  readonly event: DockerEvent;
  readonly host: string;
}

/** Container events as NDJSON, one file a day, in the order they came. A plain append: no delivery is promised. */
export function createEventsFile({ directory, nowMs, onFailing, onWorking }: EventsFileOptions): EventsFile {
  const closing = new AbortController();
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let lost = 0;
  const lose = (documents: number, error: Error) => {
    if (lost === 0) onFailing(error);
    lost += documents;
  };
  const write = async (path: string, gathered: readonly Waiting[]) => {
    const lines = gathered.flatMap(({ event, host }) => {
      try {
        return `${JSON.stringify(encodeEvent(event, host))}\n`;
      } catch (cause) {
        lose(1, new Error(`encode for ${path}`, { cause }));
        return [];
      }
    });
    try {
      await appendPrivately(path, lines.join(''), directory);
    } catch (cause) {
      lose(lines.length, new Error(`append to ${path}`, { cause }));
      return;
    }
    // While more wait than can, each that is written would make room for one, and each would be said.
    if (waiting.length > 0 || lost === 0) return;
    onWorking(lost);
    lost = 0;
  };
  const writeAll = async () => {
    while (waiting.length > 0) {
      await pause(GATHER_MS, closing.signal);
      const gathered = waiting;
      waiting = [];
      for (const path of new Set(gathered.map((document) => document.path)))
        await write(path, gathered.filter(isOf(path)));
    }
    writing = undefined;
  };
  return {
    append(event, host) {
      if (!isDocumented(event)) return;
      const day = new Date(nowMs()).toISOString().slice(0, 10);
      const path = join(directory, `harborlight.event-${day}.ndjson`);
      if (waiting.length >= MAX_WAITING) {
        lose(1, new Error(`append to ${path}: ${MAX_WAITING} documents wait already`));
        return;
      }
      waiting.push({ path, event, host });
      writing ??= writeAll();
    },
    close: async () => {
      closing.abort();
      await writing;
    },
  };
}

function isOf(path: string): (document: Waiting) => boolean {
  return (document) => document.path === path;
}

/** Its folder is made when it is missing, which is seldom. */
async function appendPrivately(path: string, lines: string, directory: string): Promise<void> {
  const append = () => appendFile(path, lines, { mode: 0o600 });
  await append().catch(async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await append();
  });
}
