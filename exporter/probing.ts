import { kindOf, type ProbeConfig } from './config/probes.ts';
import type { Config } from './config/schema.ts';
import type { Labels } from './model/labels.ts';
import type { ProbeSnapshot } from './model/probe.ts';
import { runAttempt } from './probes/attempt.ts';
import { createLookup } from './probes/net/lookup.ts';
import { openNetwork, type ProbeNetwork } from './probes/net/network.ts';
import { createSchedule, type ScheduledProbe } from './probes/schedule.ts';

/** All probes: runs them, and knows what they came to. */
export interface Probing {
  /** What a scrape sees of them. */
  readonly snapshots: () => readonly ProbeSnapshot[];
  /** Takes over another configuration; what did not change goes on undisturbed. */
  readonly replace: (config: Config) => void;
  readonly stop: () => Promise<void>;
}

interface Watched {
  readonly seriesLabels: Labels;
  readonly scheduled: ScheduledProbe;
}

export function createProbing(): Probing {
  const schedule = createSchedule({ concurrency: 1, random: Math.random, onResult: () => undefined });
  let watched: readonly Watched[] = [];
  return {
    snapshots: () =>
      watched.map(({ seriesLabels, scheduled }) => {
        const last = schedule.lastRun(scheduled.key);
        return last === undefined
          ? { seriesLabels }
          : { seriesLabels, result: last.result, lastRunSeconds: last.endedSeconds };
      }),
    replace: (config) => {
      const { probe_defaults: defaults } = config;
      const network = openNetwork(createLookup({ servers: defaults.resolvers, hostsPath: '/etc/hosts' }));
      watched = config.probes.map((probe) => watch(probe, defaults, network));
      schedule.setConcurrency(defaults.concurrency);
      schedule.replace(watched.map(({ scheduled }) => scheduled));
    },
    stop: schedule.stop,
  };
}

function watch(probe: ProbeConfig, defaults: Config['probe_defaults'], network: ProbeNetwork): Watched {
  const kind = kindOf(probe);
  // The option that the kind says is its target is a text.
  const target = probe[kind.targetOption] as string;
  const timeoutMs = probe.timeout ?? defaults.timeout;
  return {
    seriesLabels: { probe: probe.name, kind: probe.kind, target },
    scheduled: {
      key: probe.name,
      intervalMs: probe.interval ?? defaults.interval,
      retries: probe.retries ?? defaults.retries,
      attempt: (signal) => runAttempt((attempt) => kind.run(attempt, target, probe), { timeoutMs, network, signal }),
    },
  };
}
