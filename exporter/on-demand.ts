import type { ModuleConfig } from './config/modules.ts';
import { kindOf } from './config/probes.ts';
import { redactModule } from './config/redact.ts';
import type { Config } from './config/schema.ts';
import type { ProbeAnswer, ProbeRequest } from './http/routes/probe.ts';
import type { ProbeResult } from './model/probe.ts';
import { describeRun, renderRun } from './on-demand-text.ts';
import { runAttempt } from './probes/attempt.ts';
import { isTarget } from './probes/host-glob.ts';
import { guardedNetwork } from './probes/net/guarded-network.ts';
import { createLookup, type Lookup } from './probes/net/lookup.ts';
import type { ProbeKind } from './probes/probe-kind.ts';
import type { NewResult } from './probes/recent-results.ts';
import { shownTarget } from './probes/shown-target.ts';
import { hostOf } from './probes/target-host.ts';
import { DeadlineError, withDeadline } from './util/deadline.ts';
import { createLimit, type Limit } from './util/limit.ts';
import { untilAborted } from './util/until-aborted.ts';
import { withResolvers } from './util/with-resolvers.ts';

/** Probes that somebody asks for through `/probe`. */
export interface OnDemand {
  readonly moduleNames: () => readonly string[];
  /** Rejects only when the request's signal aborts. */
  readonly ask: (request: ProbeRequest) => Promise<ProbeAnswer>;
  readonly replace: (config: Config) => void;
}

export interface OnDemandOptions {
  readonly onResult: (result: NewResult) => void;
}

export function createOnDemand(firstConfig: Config, { onResult }: OnDemandOptions): OnDemand {
  const limit = createLimit(firstConfig.probe_defaults.concurrency);
  let served = serve(firstConfig);
  return {
    moduleNames: () => Object.keys(served.config.modules),
    ask: async (request) => {
      const { config, lookup } = served;
      const plan = planRun(config, request);
      if (plan.kind !== 'planned') return plan;
      const { module, probeKind, options, target } = plan;
      const timeoutMs = Math.min(request.timeoutSeconds * 1000, module.timeout ?? config.probe_defaults.timeout);
      const result = await inPlace(limit, { timeoutMs, signal: request.signal }, (leftMs) => {
        const network = guardedNetwork(lookup, { targets: module.targets, allowedAddresses: module.allow_addresses });
        const run = { timeoutMs: leftMs, network, signal: request.signal };
        return runAttempt((attempt) => probeKind.run(attempt, target, options), run);
      });
      if (result === undefined) return BUSY;
      onResult({ by: { module: request.module }, kind: module.kind, target: shownTarget(target), result });
      return {
        kind: 'answered',
        metrics: (format) => renderRun(result, format),
        debug: () => describeRun(result, redactModule(config, request.module)),
      };
    },
    replace: (next) => {
      served = serve(next);
      limit.setLimit(next.probe_defaults.concurrency);
    },
  };
}

interface Served {
  readonly config: Config;
  readonly lookup: Lookup;
}

function serve(config: Config): Served {
  return { config, lookup: createLookup({ servers: config.probe_defaults.resolvers, hostsPath: '/etc/hosts' }) };
}

const BUSY: ProbeAnswer = { kind: 'busy', message: 'There was no place among the probes on demand in time.' };

interface PlannedRun {
  readonly kind: 'planned';
  readonly module: ModuleConfig;
  readonly probeKind: ProbeKind;
  /** The module, or what a hostname makes of it. */
  readonly options: ModuleConfig;
  readonly target: string;
}

/** What of a request holds before anything is looked up or connected to; a target that does not is not repeated. */
function planRun({ modules }: Config, { module: name, target, hostname }: ProbeRequest): PlannedRun | ProbeAnswer {
  // Not what every object has: `constructor` is a good name.
  const module = Object.hasOwn(modules, name) ? modules[name] : undefined;
  if (module === undefined) {
    const known = Object.keys(modules).join(', ');
    return { kind: 'unknown', message: `There is no module ${JSON.stringify(name)}; known: ${known}.` };
  }
  const probeKind = kindOf(module);
  const read = readTarget(probeKind, target);
  if (read === 'credentials') return malformed('The target holds credentials; their place is the configured module.');
  if (read === 'malformed') return malformed(describeTarget(probeKind));
  if (!isTarget(read.host, module.targets)) {
    return { kind: 'forbidden', message: `${read.host} is none of the targets of the module ${name}.` };
  }
  const options = hostname === undefined ? module : forHostname(probeKind, module, hostname);
  if (options === undefined) return malformed(`The kind ${probeKind.name} cannot ask for such a \`hostname\`.`);
  return { kind: 'planned', module, probeKind, options, target: read.target };
}

function malformed(message: string): ProbeAnswer {
  return { kind: 'malformed', message };
}

function forHostname(kind: ProbeKind, module: ModuleConfig, hostname: string): ModuleConfig | undefined {
  const found = hostOf(hostname);
  const changed = found.ok ? kind.forHostname?.(module, found.host) : undefined;
  return changed && { ...module, ...changed };
}

interface ReadTarget {
  readonly target: string;
  readonly host: string;
}

function readTarget(kind: ProbeKind, text: string): ReadTarget | 'credentials' | 'malformed' {
  const schema = kind.target();
  // blackbox_exporter takes a URL without its scheme for one of http.
  for (const spelling of [text, `http://${text}`]) {
    const parsed = schema.safeParse(spelling);
    const found = hostOf(parsed.data ?? spelling);
    if (!found.ok && found.reason === 'credentials') return 'credentials';
    if (parsed.success && found.ok) return { target: parsed.data, host: found.host };
  }
  return 'malformed';
}

function describeTarget(kind: ProbeKind): string {
  const title = kind.target().meta()?.title ?? 'a target';
  return `The target is not what the kind ${kind.name} asks: ${title}, with a name or an address in its usual spelling.`;
}

interface Waiting {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Does work as a place gets free, with the time that is left then; undefined when none got free in time. */
async function inPlace(
  limit: Limit,
  { timeoutMs, signal }: Waiting,
  work: (leftMs: number) => Promise<ProbeResult>,
): Promise<ProbeResult | undefined> {
  const dueMs = performance.now() + timeoutMs;
  const placed = withResolvers<undefined>();
  const ended = withResolvers<undefined>();
  // Who stops waiting leaves at once when his turn comes.
  void limit.run(() => {
    placed.resolve(undefined);
    return ended.promise;
  });
  try {
    await withDeadline(signal, timeoutMs, (until) => untilAborted(placed.promise, until));
    return await work(Math.max(1, Math.ceil(dueMs - performance.now())));
  } catch (error) {
    if (error instanceof DeadlineError) return undefined;
    throw error;
  } finally {
    ended.resolve(undefined);
  }
}
