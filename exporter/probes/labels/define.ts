import type { Config } from '../../config/schema.ts';
import type { VisibleContainer } from '../../docker/visible.ts';
import type { ContainerDescription, EngineContainer } from '../../model/engine-container.ts';
import type { ProbePlan } from '../definition.ts';
import type { Lookup } from '../net/lookup.ts';
import type { ProbeKind } from '../probe-kind.ts';
import { shownTarget } from '../shown-target.ts';
import { confineTo } from './confine.ts';
import { type Judged, type LabelFault, type ProbeLabels, readProbeLabels } from './read-labels.ts';
import { createReadOptions, type LabelledOptions, type ReadOptions } from './read-options.ts';
import { findTarget, type Target } from './target.ts';
import type { Vantage } from './way-in.ts';

/** A probe that the labels of a container ask for. Its key is `HOST/NAME/PROBE`, its network ends at the container. */
export type LabelledProbe = ProbePlan;

export type ProbeDefaults = Pick<Config['probe_defaults'], 'interval' | 'timeout' | 'retries' | 'per_container'>;

/** What probes are made of beside their container. */
export interface Surroundings {
  readonly find: (id: string) => EngineContainer | undefined;
  readonly vantage: Vantage;
  readonly defaults: ProbeDefaults;
}

export interface Defined {
  readonly probes: readonly LabelledProbe[];
  readonly faults: readonly LabelFault[];
  /** Ids of networks of which more has to be known first. */
  readonly unknownNetworks: readonly string[];
}

/** Makes probes of the labels of one host's containers. */
export interface Define {
  readonly isLabelled: (container: EngineContainer) => boolean;
  /** A probe that says the same as before is the same object. */
  readonly probes: (shown: VisibleContainer, surroundings: Surroundings) => Defined;
  /** Forgets all others. */
  readonly keep: (probes: readonly LabelledProbe[]) => void;
}

/** So many of one container are told, and no probe that comes after as many; who has more has not read the first. */
const MAX_FAULTS = 10;

export function createDefine({
  kinds,
  lookup,
}: {
  readonly kinds: readonly ProbeKind[];
  readonly lookup: Lookup;
}): Define {
  const readOptions = createReadOptions();
  const read = new WeakMap<ContainerDescription, readonly Judged<ProbeLabels>[] | 'none'>();
  const labelsOf = ({ description }: EngineContainer) => {
    const found = read.get(description) ?? readProbeLabels(description.labels, kinds) ?? 'none';
    read.set(description, found);
    return found === 'none' ? [] : found;
  };
  const remember = createRemember();
  return {
    keep: remember.keep,
    isLabelled: (container) => labelsOf(container).length > 0,
    probes: (shown, surroundings) => {
      const { container } = shown;
      // What does not run is asked nothing: it has no address.
      if (container.facts.state !== 'running') return { probes: [], faults: [], unknownNetworks: [] };
      const read = readWithinCap(labelsOf(container), surroundings.defaults.per_container, readOptions);
      const judged = read.map((one) =>
        'faults' in one ? one : defineOne(one, { shown, surroundings, lookup, same: remember.same }),
      );
      return {
        probes: judged.flatMap((one) => ('probe' in one ? [one.probe] : [])),
        faults: judged.flatMap((one) => ('faults' in one ? one.faults : [])).slice(0, MAX_FAULTS),
        unknownNetworks: judged.flatMap((one) => ('unknownNetworks' in one ? one.unknownNetworks : [])),
      };
    },
  };
}

/** Labels and what they set. */
interface ReadProbe {
  readonly labels: ProbeLabels;
  readonly options: LabelledOptions;
}

function withOptions(labels: ProbeLabels, readOptions: ReadOptions): Judged<ReadProbe> {
  const options = readOptions(labels);
  return 'faults' in options ? options : { labels, options };
}

/** The first by their names: which of them start must not be chance. Reading a pattern takes time: what is too much is not read. */
function readWithinCap(
  all: readonly Judged<ProbeLabels>[],
  cap: number,
  readOptions: ReadOptions,
): readonly Judged<ReadProbe>[] {
  const read: Judged<ReadProbe>[] = [];
  let started = 0;
  for (const one of all) {
    if (read.length - started >= MAX_FAULTS) break;
    const judged = 'faults' in one ? one : started < cap ? withOptions(one, readOptions) : beyondCap(one, cap);
    if (!('faults' in judged)) started++;
    read.push(judged);
  }
  return read;
}

function beyondCap({ label }: ProbeLabels, cap: number) {
  return { faults: [{ label, reason: `more than the ${cap} probes of probe_defaults.per_container` }] };
}

interface DefineOne {
  readonly shown: VisibleContainer;
  readonly surroundings: Surroundings;
  readonly lookup: Lookup;
  readonly same: (probe: LabelledProbe, saying: string) => LabelledProbe;
}

type One = { readonly probe: LabelledProbe } | { readonly unknownNetworks: readonly string[] };

function defineOne({ labels, options }: ReadProbe, { shown, surroundings, lookup, same }: DefineOne): Judged<One> {
  const found = findTarget(labels, options, shown, surroundings);
  if ('fault' in found) return { faults: [{ label: labels.label, reason: found.fault }] };
  if ('unknownNetworks' in found) return found;
  const probe = assemble(labels, options, { shown, defaults: surroundings.defaults, found, lookup });
  const { intervalMs, timeoutMs, retries, seriesLabels } = probe;
  // The kind's options are as their texts.
  const saying = [intervalMs, timeoutMs, retries, seriesLabels, found.place, labels.value, labels.options];
  return { probe: same(probe, JSON.stringify(saying)) };
}

interface Assemble {
  readonly shown: VisibleContainer;
  readonly defaults: ProbeDefaults;
  readonly found: Target;
  readonly lookup: Lookup;
}

function assemble(
  { name, kind }: ProbeLabels,
  { ofKind, intervalMs, timeoutMs, retries }: LabelledOptions,
  { shown: { identity }, defaults, found: { target, place }, lookup }: Assemble,
): LabelledProbe {
  const { host = '' } = identity.seriesLabels;
  return {
    key: [host, identity.name, name].map((part) => part.replaceAll('%', '%25').replaceAll('/', '%2F')).join('/'),
    kind,
    target,
    options: { ...ofKind, [kind.targetOption]: target },
    seriesLabels: { probe: name, kind: kind.name, target: shownTarget(target), ...identity.seriesLabels },
    intervalMs: intervalMs ?? defaults.interval,
    timeoutMs: timeoutMs ?? defaults.timeout,
    retries: retries ?? defaults.retries,
    isGuest: true,
    network: confineTo(place, lookup),
  };
}

/** The last of each key stays the same object as long as it says the same, also across a reload. */
function createRemember() {
  const byKey = new Map<string, { readonly saying: string; readonly probe: LabelledProbe }>();
  return {
    same: (probe: LabelledProbe, saying: string): LabelledProbe => {
      const before = byKey.get(probe.key);
      if (before?.saying === saying) return before.probe;
      byKey.set(probe.key, { saying, probe });
      return probe;
    },
    keep: (probes: readonly LabelledProbe[]) => {
      if (byKey.size === probes.length) return;
      const keys = new Set(probes.map(({ key }) => key));
      for (const key of byKey.keys()) if (!keys.has(key)) byKey.delete(key);
    },
  };
}
