import type { KnownContainers } from '../../docker/known-containers.ts';
import type { VisibleContainer } from '../../docker/visible.ts';
import type { ContainerIdentity } from '../../model/container.ts';
import type { EngineContainer } from '../../model/engine-container.ts';
import type { Lookup } from '../net/lookup.ts';
import type { ProbeKind } from '../probe-kind.ts';
import { createDefine, type Defined, type LabelledProbe, type ProbeDefaults } from './define.ts';
import { createFaultMemory, type FaultReports } from './fault-memory.ts';
import type { OwnContainer } from './own-container.ts';
import { createVantage } from './vantage.ts';
import { networkOwner, type Vantage } from './way-in.ts';

/** Probes that containers' labels ask for. */
export interface LabelledProbes {
  /**
   * Those of now; made to be asked once a second. The same list, and in it the same objects, as long as nothing changed. Of an
   * engine that is down those of before: what is asked are its containers, and these may still be up.
   */
  readonly look: (hosts: readonly LabelledHost[], defaults: ProbeDefaults) => readonly LabelledProbe[];
  /** There was more to read than one look may take: it goes on with the next, until then what it gave is of before. */
  readonly isBehind: () => boolean;
}

export interface LabelledHost {
  readonly name: string;
  /** Of its engine. */
  readonly url: string;
  /** Undefined while it is not up. */
  readonly known: () => KnownContainers | undefined;
  /** The same object as long as it is the same engine: what was learnt hangs on it. */
  readonly key: object;
}

export interface LabelledProbesOptions extends FaultReports {
  readonly kinds: readonly ProbeKind[];
  readonly own: OwnContainer;
  readonly lookup: Lookup;
  /** Monotonic. */
  readonly nowMs: () => number;
}

/** Reading one container's labels takes up to a millisecond, and nothing else has its turn meanwhile. */
const LOOK_TAKES_MS = 10;

export function createLabelledProbes(options: LabelledProbesOptions): LabelledProbes {
  const watched = new WeakMap<object, HostLook>();
  let last: readonly LabelledProbe[] = [];
  let isBehind = false;
  return {
    isBehind: () => isBehind,
    look: (hosts, defaults) => {
      const endsAtMs = options.nowMs() + LOOK_TAKES_MS;
      isBehind = false;
      const hasTime = () => {
        isBehind ||= options.nowMs() >= endsAtMs;
        return !isBehind;
      };
      const probes = hosts.flatMap((host) => {
        const look = watched.get(host.key) ?? createHostLook(host, options);
        watched.set(host.key, look);
        return look(host.known(), defaults, hasTime);
      });
      const isSame = probes.length === last.length && probes.every((probe, at) => probe === last[at]);
      if (!isSame) last = probes;
      return last;
    },
  };
}

type HostLook = (
  known: KnownContainers | undefined,
  defaults: ProbeDefaults,
  hasTime: () => boolean,
) => readonly LabelledProbe[];

/** What was made of a container, and of what: the same objects as long as they say the same. */
interface Made extends Defined {
  readonly from: Ingredients;
}

interface Ingredients {
  readonly container: EngineContainer;
  /** Whose network it shares, else itself; undefined while that is not known. */
  readonly owner: EngineContainer | undefined;
  readonly vantage: Vantage;
  readonly defaults: ProbeDefaults;
}

function createHostLook({ name, url }: LabelledHost, options: LabelledProbesOptions): HostLook {
  const vantageOf = createVantage({ url, own: options.own });
  const define = createDefine(options);
  const faults = createFaultMemory(name, options);
  const made = new WeakMap<ContainerIdentity, Made>();
  let last: readonly LabelledProbe[] = [];
  const makeAnew = (shown: VisibleContainer, find: KnownContainers['find'], from: Ingredients): Made => {
    const defined = define.probes(shown, { find, vantage: from.vantage, defaults: from.defaults });
    faults.tell(shown.identity, defined.faults);
    return { ...defined, from };
  };
  return (known, defaults, hasTime) => {
    if (known === undefined) return last;
    const vantage = vantageOf(known);
    if (vantage === undefined) return last;
    const probes: LabelledProbe[] = [];
    const unknownNetworks: string[] = [];
    for (const shown of known.shown) {
      const { container, identity } = shown;
      if (!define.isLabelled(container)) continue;
      const from = { container, owner: networkOwner(container, known.find), vantage, defaults };
      const before = made.get(identity);
      const isKnown = before !== undefined && isSame(before.from, from);
      if (!isKnown && !hasTime()) return last;
      const now = isKnown ? before : makeAnew(shown, known.find, from);
      if (now !== before) made.set(identity, now);
      probes.push(...now.probes);
      unknownNetworks.push(...now.unknownNetworks);
    }
    last = probes;
    define.keep(last);
    faults.forget(known.has);
    known.askForDrivers(unknownNetworks);
    return last;
  };
}

/** The identity, which stands for name and labels, was the same already. */
function isSame(a: Ingredients, b: Ingredients): boolean {
  return (
    a.vantage === b.vantage &&
    a.defaults === b.defaults &&
    isAsBefore(a.container, b.container) &&
    isAsBefore(a.owner, b.owner)
  );
}

function isAsBefore(before: EngineContainer | undefined, now: EngineContainer | undefined): boolean {
  return before === now || (before?.network === now?.network && before?.facts.state === now?.facts.state);
}
