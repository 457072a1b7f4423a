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
  /** A document that could not be written is lost: this is where that is said. */
  readonly onError: (error: Error) => void;
}

/** Container events as NDJSON, one file a day, in the order they came. A plain append: no delivery is promised. */
export function createEventsFile({ directory, nowMs, onError }: EventsFileOptions): EventsFile {
  let written = Promise.resolve();
  return {
    append(event, host) {
      if (!isDocumented(event)) return;
      const day = new Date(nowMs()).toISOString().slice(0, 10);
      const path = join(directory, `harborlight.event-${day}.ndjson`);
      written = written
        .then(() => appendPrivately(path, `${JSON.stringify(encodeEvent(event, host))}\n`, directory))
        .catch((cause: unknown) => onError(new Error(`append to ${path}`, { cause })));
    },
    close: () => written,
  };
}

async function appendPrivately(path: string, line: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await appendFile(path, line, { mode: 0o600 });
}
