import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Config } from './config/schema.ts';
import type { Labels } from './model/labels.ts';
import type { ProbeResult, ProbeSnapshot } from './model/probe.ts';
import type { FindContainers } from './probes/attempt.ts';
import { createConfiguredPlans, createDefinitions, type ProbeDefinition, type ProbePlan } from './probes/definition.ts';
import { createLookup } from './probes/net/lookup.ts';
import { openNetwork, type ProbeNetwork } from './probes/net/network.ts';
import { createSchedule, type LastRun } from './probes/schedule.ts';
import { pause } from './util/pause.ts';

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
  /** Those that labels of containers ask for. */
  readonly labelled: {
    /** Those of now; the same list as long as nothing changed. */
    readonly look: () => readonly ProbePlan[];
    /** The last look was not complete. */
    readonly isBehind: () => boolean;
  };
  readonly findContainers: FindContainers;
  /** `previous`: of the run before; absent where there was none. */
  readonly onResult: (seriesLabels: Labels, result: ProbeResult, previous?: ProbeResult) => void;
}

/** Containers come and go: so often are their labels looked at. */
const LOOK_MS = 1000;
/** And so often as long as there are more than one look can take. */
const BEHIND_MS = 20;

export function createProbing({ logger, labelled, findContainers, onResult }: ProbingOptions): Probing {
  const stopping = new AbortController();
  const planConfigured = createConfiguredPlans();
  const definitionOf = createDefinitions(findContainers);
  const networkFor = createNetworks();
  let plans: { readonly configured: readonly ProbePlan[]; readonly labelled: readonly ProbePlan[] } | undefined;
  let probes: ReadonlyMap<string, ProbeDefinition> = new Map();
  const schedule = createSchedule({
    concurrency: 1,
    random: Math.random,
    onResult: (key, result, previous) => {
      const probe = probes.get(key);
      if (probe === undefined) return;
      tellOfChange({ probe, result, previous, logger });
      onResult(probe.seriesLabels, result, previous);
    },
    onFault: (key, err) => logger.error({ probe: probes.get(key)?.seriesLabels, err }, 'probe not run'),
  });
  const look = (configured: readonly ProbePlan[]) => {
    const next = { configured, labelled: labelled.look() };
    if (plans?.configured === next.configured && plans.labelled === next.labelled) return;
    plans = next;
    const found = [...next.configured, ...next.labelled].map(definitionOf);
    probes = new Map(found.map((probe) => [probe.key, probe]));
    schedule.replace(found);
  };
  const keepLooking = async () => {
    while (!stopping.signal.aborted) {
      await pause(labelled.isBehind() ? BEHIND_MS : LOOK_MS, stopping.signal);
      if (plans !== undefined) look(plans.configured);
    }
  };
  void keepLooking();
  return {
    snapshots: () => Array.from(probes.values(), (probe) => snapshot(probe, schedule.lastRun(probe.key))),
    replace: ({ probes: asked, probe_defaults: { concurrency, resolvers, interval, timeout, retries } }) => {
      schedule.setConcurrency(concurrency);
      look(planConfigured(asked, { interval, timeout, retries }, networkFor(resolvers)));
    },
    stop: async () => {
      stopping.abort();
      await schedule.stop();
    },
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
