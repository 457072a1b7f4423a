import type { ItselfOnContainer, OnContainer, ProbeKind } from '../probe-kind.ts';

/** A kind that labels can start. */
export interface LabelledKind extends ProbeKind {
  readonly onContainer: OnContainer | ItselfOnContainer;
}

/** What the labels of one container say of one probe: texts, not yet judged. */
export interface ProbeLabels {
  readonly name: string;
  readonly kind: LabelledKind;
  /** Of the label that names the kind. */
  readonly label: string;
  /** What that label says. */
  readonly value: string;
  /** Path of an option, label and what it says, by path. */
  readonly options: readonly (readonly [path: string, label: string, text: string])[];
}

/** Why a probe does not start. */
export interface LabelFault {
  /** The key of the label to look at. */
  readonly label: string;
  /** For people: never what the label says. */
  readonly reason: string;
}

/** Its probe, or what is wrong. */
export type Judged<T> = T | { readonly faults: readonly LabelFault[] };

const PREFIX = 'harborlight.probe.';
/** A name has no dots here: what comes behind the first is an option. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
/** Whoever starts a container chooses its labels: an engine takes megabytes of them. */
const MAX_LABELS = 200;
const MAX_KEY_CHARACTERS = 128;
const MAX_VALUE_CHARACTERS = 1024;

/** Probes by name; a name with a fault is no probe. Undefined where no label speaks of probes. */
export function readProbeLabels(
  labels: Readonly<Record<string, string>>,
  kinds: readonly ProbeKind[],
): readonly Judged<ProbeLabels>[] | undefined {
  const keys = Object.keys(labels).filter((key) => key.startsWith(PREFIX));
  if (keys.length === 0) return undefined;
  if (keys.length > MAX_LABELS) return [refuse(PREFIX.slice(0, -1), `more than ${MAX_LABELS} labels of probes`)];
  const byName = new Map<string, [rest: string, label: string, text: string][]>();
  const refused: Judged<ProbeLabels>[] = [];
  for (const label of keys.sort()) {
    const [name = '', ...rest] = label.slice(PREFIX.length).split('.');
    if (label.length > MAX_KEY_CHARACTERS || !NAME.test(name)) {
      refused.push(refuse(cut(label), 'expected harborlight.probe.NAME.KIND, or an option in place of KIND'));
      continue;
    }
    byName.set(name, [...(byName.get(name) ?? []), [rest.join('.'), label, labels[label] ?? '']]);
  }
  return [...Array.from(byName, ([name, said]) => readProbe(name, said, kinds)), ...refused];
}

function readProbe(
  name: string,
  said: readonly (readonly [rest: string, label: string, text: string])[],
  kinds: readonly ProbeKind[],
): Judged<ProbeLabels> {
  const tooLong = said.find(([, , text]) => text.length > MAX_VALUE_CHARACTERS);
  if (tooLong !== undefined) return refuse(tooLong[1], `longer than ${MAX_VALUE_CHARACTERS} characters`);
  const labelled = kinds.filter(isLabelled);
  const named = said.flatMap(([rest, label, value]) =>
    labelled.flatMap((kind) => (kind.name === rest ? [{ kind, label, value }] : [])),
  );
  const [first, second] = named;
  if (first === undefined) {
    const known = labelled.map((kind) => kind.name).join(', ');
    // Of several labels the one that is most like a kind: it has no dots in it.
    const [, label = ''] = said.find(([rest]) => !rest.includes('.')) ?? said[0] ?? [];
    return refuse(label, `the probe is of no kind that labels can start: ${known}`);
  }
  if (second !== undefined)
    return refuse(second.label, `the probe is of two kinds, ${first.kind.name} and ${second.kind.name}`);
  return { name, ...first, options: said.filter(([, label]) => label !== first.label) };
}

/** Never between the two halves of a code point. */
function cut(label: string): string {
  return label.slice(0, MAX_KEY_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '');
}

function isLabelled(kind: ProbeKind): kind is LabelledKind {
  return kind.onContainer !== undefined;
}

function refuse(label: string, reason: string) {
  return { faults: [{ label, reason }] };
}
