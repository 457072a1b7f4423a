import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config/schema.ts';
import { createTokenCheck } from './http/auth/heartbeat-tokens.ts';
import type { RouterOptions } from './http/router.ts';
import type { ProbeOutcome, ProbeSnapshot } from './model/probe.ts';
import { createOnDemand } from './on-demand.ts';
import { createHeartbeats, type Heartbeat, type Heartbeats } from './probes/heartbeat/heartbeats.ts';
import { createSilences } from './probes/heartbeat/silences.ts';
import { createHistory, type History } from './probes/history/history.ts';
import { createRecentResults } from './probes/recent-results.ts';
import { createProbing, type ProbingOptions } from './probing.ts';
import { createStatusSource } from './status/status-page.ts';
import { every } from './util/pause.ts';
import { createReplacedFile } from './util/replaced-file.ts';

/** Whatever is really up or not: probes that are run, heartbeats that are awaited, and what is remembered of both. */
export interface Services {
  readonly snapshots: () => readonly ProbeSnapshot[];
  /** What the routes show of them, and take. */
  readonly http: ServicesHttp;
  /** Takes over another configuration; what did not change goes on undisturbed. */
  readonly replace: (config: Config) => void;
  readonly stop: () => Promise<void>;
}

export type ServicesHttp = Pick<
  RouterOptions,
  'probe' | 'moduleNames' | 'hasProbes' | 'recentResults' | 'heartbeat' | 'status'
>;

export interface ServicesOptions extends Pick<ProbingOptions, 'labelled' | 'findContainers' | 'logger'> {
  readonly config: Config;
  /** Each run of a probe, and of a heartbeat each time that it falls silent or is heard again. */
  readonly onOutcome?: (outcome: ProbeOutcome) => void;
}

/** At 200 probes every 15 s, those of the last half minute, and the last 250 failures. */
const RECENT_RESULTS = 500;
/** Nobody runs a heartbeat: it counts as one run a minute. */
const HEARTBEAT_RUN_MS = 60_000;

export function createServices(options: ServicesOptions): Services {
  const { config: first, logger, labelled, findContainers, onOutcome = () => undefined } = options;
  const stopping = new AbortController();
  let config = first;
  const history = openHistory(first, logger);
  const heartbeats = openHeartbeats(first, logger);
  const recentResults = createRecentResults({ max: RECENT_RESULTS });
  const onDemand = createOnDemand(first, { onResult: recentResults.add });
  const probing = createProbing({
    logger,
    labelled,
    findContainers,
    onResult: (seriesLabels, result, previous) => {
      history.record(seriesLabels, result);
      const { probe = '', kind = '', target = '', ...labels } = seriesLabels;
      recentResults.add({ by: { probe }, kind, target, labels, result });
      onOutcome({ seriesLabels, result, previousSuccess: previous?.success });
    },
  });
  void keepListening({ heartbeats, history, onOutcome }, stopping.signal);
  const snapshots = () => [...probing.snapshots(), ...heartbeats.snapshots()];
  return {
    snapshots,
    http: {
      probe: onDemand.ask,
      moduleNames: onDemand.moduleNames,
      hasProbes: () => snapshots().length > 0,
      recentResults,
      heartbeat: {
        check: createTokenCheck({
          tokens: () => new Map(config.heartbeats.map(({ name, token }) => [name, token] as const)),
          nowMs,
          onThrottled: (address) => logger.warn({ 'client.address': address }, 'too many wrong tokens, throttled'),
        }),
        beat: heartbeats.beat,
      },
      status: createStatusSource({
        config: () => config.status_page,
        snapshots,
        history: history.look,
        nowSeconds,
        nowMs,
      }),
    },
    replace: (next) => {
      config = next;
      heartbeats.replace(heartbeatsOf(next));
      history.setKeep(next.status_page.keep);
      probing.replace(next);
      onDemand.replace(next);
    },
    stop: async () => {
      stopping.abort();
      await probing.stop();
      await Promise.all([heartbeats.stop(), history.stop()]);
    },
  };
}

interface Listening {
  readonly heartbeats: Heartbeats;
  readonly history: History;
  readonly onOutcome: (outcome: ProbeOutcome) => void;
}

async function keepListening({ heartbeats, history, onOutcome }: Listening, signal: AbortSignal): Promise<void> {
  const silences = createSilences({ nowSeconds, onOutcome });
  await every(HEARTBEAT_RUN_MS, signal, () => {
    const beating = heartbeats.snapshots();
    silences.look(beating);
    for (const { seriesLabels, isAlive } of beating)
      if (isAlive !== undefined) history.record(seriesLabels, { success: isAlive });
  });
}

function nowMs(): number {
  return performance.now();
}

function nowSeconds(): number {
  return Date.now() / 1000;
}

function openHistory({ paths, status_page: { keep } }: Config, logger: Logger): History {
  return createHistory({ directory: join(paths.data, 'history'), keepMs: keep, nowSeconds, logger });
}

function openHeartbeats(config: Config, logger: Logger): Heartbeats {
  const file = createReplacedFile(join(config.paths.data, 'heartbeats.json'));
  const heartbeats = createHeartbeats({ file, now: () => ({ ms: nowMs(), seconds: nowSeconds() }), logger });
  // Requests may come before the rest begins.
  heartbeats.replace(heartbeatsOf(config));
  return heartbeats;
}

function heartbeatsOf({ heartbeats }: Config): readonly Heartbeat[] {
  return heartbeats.map(({ name, every: everyMs, grace: graceMs }) => ({ name, everyMs, graceMs }));
}
