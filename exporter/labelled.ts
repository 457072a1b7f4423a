import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from './config/schema.ts';
import type { SelfMetrics } from './metrics/self.ts';
import { probeKinds } from './probes/index.ts';
import type { LabelledProbe } from './probes/labels/define.ts';
import { createLabelledProbes, type LabelledProbes } from './probes/labels/labelled-probes.ts';
import { createOwnContainer } from './probes/labels/own-container.ts';
import { createLookup, type Lookup } from './probes/net/lookup.ts';
import type { Settings } from './settings.ts';
import type { WatchedHosts } from './watched-hosts.ts';

export interface LabelledOptions {
  readonly watched: WatchedHosts;
  readonly settings: Settings;
  readonly self: SelfMetrics;
  readonly logger: Logger;
}

export interface Labelled {
  /** The same list as long as nothing changed. */
  readonly look: () => readonly LabelledProbe[];
  /** Whether it should be called again soon. */
  readonly isBehind: LabelledProbes['isBehind'];
}

const NONE: readonly LabelledProbe[] = [];

/** The probes that labels of the watched hosts' containers ask for now, where these are believed. */
export function createLabelled({ watched, settings, self, logger }: LabelledOptions): Labelled {
  const { look, isBehind } = createLabelledProbes({
    kinds: probeKinds,
    own: createOwnContainer({ procPath: '/proc/self', hostname: hostname() }),
    lookup: lookupBy(() => settings.config().probe_defaults),
    nowMs: () => performance.now(),
    onFault: ({ host, name, label, reason }) => {
      logger.warn({ host, container: name, label, reason }, 'label starts no probe');
      self.host(host).labelFailed({ name, label });
    },
    onForget: ({ host, name }) => self.host(host).forgetLabels(name),
  });
  const lookNow = () => {
    const { containers, probe_defaults: defaults } = settings.config();
    if (!containers.trust_labels) return NONE;
    const hosts = watched.list().map(({ config: { url }, host }) => ({
      name: host.name,
      url,
      known: () => host.known(settings.viewOf(host.name)),
      key: host,
    }));
    return look(hosts, defaults);
  };
  // What is left to read of labels that are believed no more is not read.
  return { look: lookNow, isBehind: () => settings.config().containers.trust_labels && isBehind() };
}

/** With the name servers that are configured at the moment. */
function lookupBy(defaultsNow: () => Config['probe_defaults']): Lookup {
  const lookups = new WeakMap<object, Lookup>();
  return (...question) => {
    const defaults = defaultsNow();
    const lookup = lookups.get(defaults) ?? createLookup({ servers: defaults.resolvers, hostsPath: '/etc/hosts' });
    lookups.set(defaults, lookup);
    return lookup(...question);
  };
}
