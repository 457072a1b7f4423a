import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Config } from './config/schema.ts';
import type { ProbeResult, ProbeSnapshot } from './model/probe.ts';
import { createConfiguredProbes, type ProbeDefinition } from './probes/definition.ts';
import { createLookup } from './probes/net/lookup.ts';
import { openNetwork, type ProbeNetwork } from './probes/net/network.ts';
import { createSchedule, type LastRun } from './probes/schedule.ts';

/** All probes: runs them, and knows what they came to. */
export interface Probing {
  /** What a scrape sees of them. */
  readonly snapshots: () => readonly ProbeSnapshot[];
  /** Takes over another configuration; what did not change goes on undisturbed. */
  readonly replace: (config: Config) => void;
  readonly stop: () => Promise<void>;
}

export interface ProbingOptions {
  readonly logger: Logger;
  readonly onResult: (probe: ProbeDefinition, result: ProbeResult) => void;
}

export function createProbing({ logger, onResult }: ProbingOptions): Probing {
  const configured = createConfiguredProbes();
  const networkFor = createNetworks();
  let probes: ReadonlyMap<string, ProbeDefinition> = new Map();
  const schedule = createSchedule({
    concurrency: 1,
    random: Math.random,
    onResult: (key, result, previous) => {
      const probe = probes.get(key);
      if (probe === undefined) return;
      tellOfChange({ probe, result, previous, logger });
      onResult(probe, result);
    },
    onFault: (key, err) => logger.error({ probe: probes.get(key)?.seriesLabels, err }, 'probe not run'),
  });
  return {
    snapshots: () => Array.from(probes.values(), (probe) => snapshot(probe, schedule.lastRun(probe.key))),
    replace: ({ probes: asked, probe_defaults: { concurrency, resolvers, interval, timeout, retries } }) => {
      const found = configured(asked, { interval, timeout, retries }, networkFor(resolvers));
      probes = new Map(found.map((probe) => [probe.key, probe]));
      schedule.setConcurrency(concurrency);
      schedule.replace(found);
    },
    stop: schedule.stop,
  };
}

function snapshot({ seriesLabels }: ProbeDefinition, last: LastRun | undefined): ProbeSnapshot {
  return last === undefined
    ? { seriesLabels }
    : { seriesLabels, result: last.result, lastRunSeconds: last.endedSeconds };
}

/** The same network as long as the name servers are the same. */
function createNetworks(): (resolvers: readonly string[]) => ProbeNetwork {
  let known: { readonly resolvers: readonly string[]; readonly network: ProbeNetwork } | undefined;
  return (resolvers) => {
    if (known === undefined || !isDeepStrictEqual(known.resolvers, resolvers)) {
      known = { resolvers, network: openNetwork(createLookup({ servers: resolvers, hostsPath: HOSTS_PATH })) };
    }
    return known.network;
  };
}

const HOSTS_PATH = '/etc/hosts';

interface Change {
  readonly probe: ProbeDefinition;
  readonly result: ProbeResult;
  readonly previous: ProbeResult | undefined;
  readonly logger: Logger;
}

/** Once for each change: whoever reads the log sees when it began, and when it was over. */
function tellOfChange({ probe: { seriesLabels }, result, previous, logger }: Change): void {
  if (result.success === (previous?.success ?? true)) return;
  if (result.success) logger.info({ probe: seriesLabels }, 'probe succeeds again');
  else logger.warn({ probe: seriesLabels, failure: result.failure }, 'probe failed');
}
