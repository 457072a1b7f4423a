import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownName } from './own-name.ts';
import { readIfThere } from './paths.ts';
import { waitFor } from './wait-for.ts';

/** Where the search engines of all test processes of this user have their folders. */
export const storesPath = join(tmpdir(), `harborlight-stores-${process.getuid?.() ?? 0}`);

/** A folder for one search engine of this test process. */
export const makeStoreFolder = (): string => {
  const directory = join(storesPath, ownName());
  mkdirSync(directory, { recursive: true });
  return directory;
};

/** Notes who runs in it, for a sweep after the test process was killed. */
export const notePid = (directory: string, pid: number): void => {
  writeFileSync(join(directory, PID_FILE), String(pid));
};

/** Ends what runs in it, which nobody waits for any more, and deletes it. */
export const endStore = async (directory: string): Promise<void> => {
  const pid = readIfThere(join(directory, PID_FILE));
  // Another process may have that id by now.
  const runs = () => pid !== undefined && (readIfThere(`/proc/${pid}/cmdline`) ?? '').includes(directory);
  if (runs()) process.kill(Number(pid), 'SIGKILL');
  await waitFor('the end of a search engine', () => !runs());
  await rm(directory, { recursive: true, force: true });
};

const PID_FILE = 'test.pid';
