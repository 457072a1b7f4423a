import { pino } from 'pino';
import { createHeartbeats, type Heartbeat } from '../../../../exporter/probes/heartbeat/heartbeats.ts';
import type { ReplacedFile } from '../../../../exporter/util/replaced-file.ts';

export const HOUR_MS = 3_600_000;
export const backup: Heartbeat = { name: 'backup', everyMs: HOUR_MS, graceMs: 60_000 };
export const report: Heartbeat = { name: 'report', everyMs: 24 * HOUR_MS, graceMs: 0 };

/** A disk that remembers, fails or hangs. */
export function createDisk(text?: string) {
  const disk = { text, writes: 0, isBroken: false, hangs: undefined as Promise<void> | undefined };
  const file: ReplacedFile = {
    path: '/data/heartbeats.json',
    read: () => disk.text,
    write: async (next) => {
      disk.writes++;
      await disk.hangs;
      if (disk.isBroken) throw new Error('replace /data/heartbeats.json', { cause: new Error('EIO') });
      disk.text = next;
    },
  };
  return { disk, file };
}

/** Heartbeats on a clock that stands until it is moved: both clocks, or the wall clock alone. */
export function createBed({ file } = createDisk(), startSeconds = 1_758_000_000) {
  const now = { ms: 5000, seconds: startSeconds };
  const log: { level: number; msg: string }[] = [];
  const logger = pino(
    { level: 'debug' },
    { write: (line: string) => void log.push(JSON.parse(line) as (typeof log)[0]) },
  );
  const heartbeats = createHeartbeats({ file, now: () => ({ ...now }), logger });
  return {
    heartbeats,
    log,
    pass: (milliseconds: number) => {
      now.ms += milliseconds;
      now.seconds += milliseconds / 1000;
    },
    stepClock: (seconds: number) => {
      now.seconds += seconds;
    },
    stateOf: (name: string) => heartbeats.snapshots().find(({ seriesLabels }) => seriesLabels['probe'] === name),
  };
}
