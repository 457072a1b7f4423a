import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished, vi } from 'vitest';
import { createHistory, type History } from '../../../../exporter/probes/history/history.ts';

export const DAY = 86_400;
/** 2026-10-05T12:30:00Z */
export const NOON = Date.UTC(2026, 9, 5, 12, 30) / 1000;
export const web = { probe: 'web', kind: 'http', target: 'http://web' };
export const good = { success: true, durationSeconds: 0.25 };
export const bad = { success: false, durationSeconds: 5 };

export async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-history-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'history');
}

/** A history on a clock that is moved, saved when it is stopped. */
export async function openHistory(directory: string, { atSeconds = NOON, keepDays = 90, saveEachMs = 3_600_000 } = {}) {
  const now = { seconds: atSeconds };
  const log: { level: number; msg: string }[] = [];
  const history: History = createHistory({
    directory,
    keepMs: keepDays * DAY * 1000,
    nowSeconds: () => now.seconds,
    saveEachMs,
    logger: pino({}, { write: (line: string) => void log.push(JSON.parse(line) as (typeof log)[0]) }),
  });
  const isLoaded = () => {
    history.record({ probe: '-loaded-' }, good);
    return history.look()({ probe: '-loaded-' }) !== undefined;
  };
  await vi.waitFor(() => {
    if (!isLoaded()) throw new Error('not loaded');
  });
  return { history, now, log };
}

export const filesIn = async (directory: string) => (await readdir(directory)).sort();

export const readDay = async (directory: string, date: string) =>
  JSON.parse(await readFile(join(directory, `${date}.json`), 'utf8')) as {
    readonly services: readonly { readonly id: string; readonly runs: readonly number[]; readonly since: number }[];
  };
