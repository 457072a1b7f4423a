import type { Logger } from 'pino';
import type { Labels } from '../../model/labels.ts';
import type { ProbeSnapshot } from '../../model/probe.ts';
import type { ReplacedFile } from '../../util/replaced-file.ts';
import { keepSigns } from './keep-signs.ts';
import { encodeSigns, isAlive, type Now, parseSigns, type SignsOfLife } from './signs-of-life.ts';

/** A job that tells by itself that it ran. */
export interface Heartbeat {
  readonly name: string;
  /** A sign of life is due each so often … */
  readonly everyMs: number;
  /** … and may be so late. */
  readonly graceMs: number;
}

export interface Heartbeats {
  /** Takes over another configuration; who stays keeps what is known of it, who goes is forgotten. */
  readonly replace: (heartbeats: readonly Heartbeat[]) => void;
  /** A sign of life of one that is configured. Resolves to whether it will outlive the process and the machine's. */
  readonly beat: (name: string) => Promise<boolean>;
  readonly snapshots: () => readonly ProbeSnapshot[];
  readonly stop: () => Promise<void>;
}

export interface HeartbeatsOptions {
  /** Where the last signs of life outlive the process. */
  readonly file: ReplacedFile;
  readonly now: () => Now;
  readonly logger: Logger;
}

/** Push probes: nobody is asked, who is silent for too long is down. */
export function createHeartbeats({ file, now, logger }: HeartbeatsOptions): Heartbeats {
  const saved = readSaved(file, now(), logger);
  let configured: readonly Configured[] = [];
  let signs = new Map<string, SignsOfLife>();
  const kept = keepSigns({ file, textOf: () => encodeSigns(signs), nowMs: () => now().ms, logger });
  return {
    replace: (heartbeats) => {
      const { ms, seconds } = now();
      const known = new Map([...saved, ...signs]);
      saved.clear();
      configured = heartbeats.map(configure);
      signs = new Map(
        heartbeats.map(({ name }) => [name, known.get(name) ?? { firstSeconds: seconds, sinceMs: ms }] as const),
      );
      if (signs.size > 0 || known.size > 0) void kept.save();
    },
    beat: async (name) => {
      const before = signs.get(name);
      if (before === undefined) throw new Error(`there is no heartbeat ${name}`);
      const { ms, seconds } = now();
      signs.set(name, { firstSeconds: before.firstSeconds, lastSeconds: seconds, sinceMs: ms });
      return kept.save();
    },
    snapshots: () => {
      const { ms } = now();
      return configured.map(({ name, limitMs, seriesLabels }) => snapshot(seriesLabels, signs.get(name), limitMs, ms));
    },
    stop: kept.close,
  };
}

interface Configured {
  readonly name: string;
  readonly limitMs: number;
  readonly seriesLabels: Labels;
}

function configure({ name, everyMs, graceMs }: Heartbeat): Configured {
  return { name, limitMs: everyMs + graceMs, seriesLabels: { probe: name, kind: 'heartbeat' } };
}

function snapshot(seriesLabels: Labels, signs: SignsOfLife | undefined, limitMs: number, nowMs: number): ProbeSnapshot {
  const alive = signs && isAlive(signs, limitMs, nowMs);
  return {
    seriesLabels,
    ...(alive !== undefined && { isAlive: alive }),
    ...(signs?.lastSeconds !== undefined && { lastHeartbeatSeconds: signs.lastSeconds }),
  };
}

function readSaved(file: ReplacedFile, now: Now, logger: Logger): Map<string, SignsOfLife> {
  try {
    const text = file.read();
    return text === undefined ? new Map<string, SignsOfLife>() : parseSigns(text, now);
  } catch (err) {
    logger.error({ err, path: file.path }, 'heartbeats of before are lost: each is unknown until it is due again');
    return new Map<string, SignsOfLife>();
  }
}
