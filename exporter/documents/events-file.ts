import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerEvent } from '../model/event.ts';
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

/** Container events as NDJSON, one file a day, in the order they came. A plain append: no delivery is promised. */
export function createEventsFile({ directory, nowMs, onFailing, onWorking }: EventsFileOptions): EventsFile {
  let written = Promise.resolve();
  let waiting = 0;
  let lost = 0;
  const lose = (error: Error) => {
    lost += 1;
    if (lost === 1) onFailing(error);
  };
  const write = async (path: string, event: DockerEvent, host: string) => {
    try {
      await appendPrivately(path, `${JSON.stringify(encodeEvent(event, host))}\n`, directory);
    } catch (cause) {
      lose(new Error(`append to ${path}`, { cause }));
      return;
    } finally {
      waiting -= 1;
    }
    // While more wait than can, each that is written would make room for one, and each would be said.
    if (waiting > 0 || lost === 0) return;
    onWorking(lost);
    lost = 0;
  };
  return {
    append(event, host) {
      if (!isDocumented(event)) return;
      const day = new Date(nowMs()).toISOString().slice(0, 10);
      const path = join(directory, `harborlight.event-${day}.ndjson`);
      if (waiting >= MAX_WAITING) {
        lose(new Error(`append to ${path}: ${MAX_WAITING} documents wait already`));
        return;
      }
      waiting += 1;
      written = written.then(() => write(path, event, host));
    },
    close: () => written,
  };
}

async function appendPrivately(path: string, line: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await appendFile(path, line, { mode: 0o600 });
}
