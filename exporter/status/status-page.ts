import { matchesGlob } from '../config/patterns.ts';
import type { Config } from '../config/schema.ts';
import type { ProbeSnapshot } from '../model/probe.ts';
import type { StatusReport } from '../model/status.ts';
import type { HistoryLook } from '../probes/history/history.ts';
import { inSlices } from '../util/in-slices.ts';
import { renewedEach } from '../util/renewed.ts';
import { createReport } from './report.ts';

/** The status page, as far as it is no page yet. */
export interface StatusSource {
  readonly access: () => StatusAccess;
  /** The same for a second: everybody may ask for it. */
  readonly report: () => Promise<StatusReport>;
}

/** Whether there is one, and who may see it. */
export type StatusAccess = 'off' | 'login' | 'public';

export interface StatusSourceOptions {
  readonly config: () => Config['status_page'];
  /** Of all probes and heartbeats. */
  readonly snapshots: () => readonly ProbeSnapshot[];
  readonly history: () => HistoryLook;
  /** Unix seconds. */
  readonly nowSeconds: () => number;
  /** Monotonic. */
  readonly nowMs: () => number;
}

const RENEW_MS = 1000;

export function createStatusSource({ config, snapshots, ...options }: StatusSourceOptions): StatusSource {
  return {
    access: () => {
      const { enabled, public: isPublic } = config();
      return enabled ? (isPublic ? 'public' : 'login') : 'off';
    },
    report: renewedEach(RENEW_MS, options.nowMs, () => {
      const { title, probes: globs } = config();
      const isShown = ({ seriesLabels: { probe = '' } }: ProbeSnapshot) =>
        globs.some((glob) => matchesGlob(glob, probe));
      const historyOf = options.history();
      return inSlices(
        createReport({
          title,
          nowSeconds: options.nowSeconds(),
          snapshots: snapshots().filter(isShown),
          historyOf: ({ seriesLabels }) => historyOf(seriesLabels),
        }),
      );
    }),
  };
}
