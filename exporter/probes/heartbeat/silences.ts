import type { ProbeOutcome, ProbeSnapshot } from '../../model/probe.ts';

/** When heartbeats fall silent, and are heard again. */
export interface Silences {
  readonly look: (heartbeats: readonly ProbeSnapshot[]) => void;
}

export interface SilencesOptions {
  /** Unix seconds. */
  readonly nowSeconds: () => number;
  readonly onOutcome: (outcome: ProbeOutcome) => void;
}

/** Tells of changes alone: nobody ran anything, so there is nothing to tell of a silence that goes on. */
export function createSilences({ nowSeconds, onOutcome }: SilencesOptions): Silences {
  let known: ReadonlyMap<string, boolean> = new Map();
  return {
    look: (heartbeats) => {
      const next = new Map<string, boolean>();
      for (const { seriesLabels, isAlive, lastHeartbeatSeconds } of heartbeats) {
        if (isAlive === undefined) continue;
        const name = seriesLabels['probe'] ?? '';
        const before = known.get(name);
        next.set(name, isAlive);
        if (isAlive === (before ?? true)) continue;
        const result = { startedSeconds: nowSeconds(), durationSeconds: 0 };
        const failure =
          lastHeartbeatSeconds === undefined
            ? 'no sign of life yet'
            : `no sign of life since ${new Date(lastHeartbeatSeconds * 1000).toISOString()}`;
        onOutcome({
          seriesLabels,
          result: isAlive ? { ...result, success: true } : { ...result, success: false, failure },
          previousSuccess: before,
        });
      }
      known = next;
    },
  };
}
