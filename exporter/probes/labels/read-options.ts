import { z } from 'zod';
import { parseText } from '../../config/environment.ts';
import { type FaultContext, faultsOf } from '../../config/faults.ts';
import type { Surroundings } from '../../config/fields.ts';
import { probePace } from '../../config/probes.ts';
import { describeTree, isMapping, nodeAt, type OptionNode } from '../../config/tree.ts';
import type { ItselfOnContainer, OnContainer } from '../probe-kind.ts';
import { cutPatterns } from './cut-patterns.ts';
import type { Judged, LabelFault, ProbeLabels } from './read-labels.ts';

/** What labels set, as the configuration would hold it. */
export interface LabelledOptions {
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly retries?: number;
  /** The container's own, not where it is published. */
  readonly port?: number;
  /** Whether labels say anything of TLS. */
  readonly secure: boolean;
  /** Whether the kind takes this as its target. */
  readonly isTarget: (text: string) => boolean;
  /** Of the kind, defaults included; its target is an example. */
  readonly ofKind: Readonly<Record<string, unknown>>;
}

/** Reads the options of labels by the schema of their kind. */
export type ReadOptions = (probe: ProbeLabels) => Judged<LabelledOptions>;

/** More often would be a load that strangers put on their own host and ours. */
const MIN_INTERVAL_MS = 10_000;
/** A run holds one of the places that all probes share. */
const MAX_TIMEOUT_MS = 30_000;

/** No file is read for a label, whatever it says. */
const NOWHERE: Surroundings = { hostname: '', readText: () => Promise.reject(new Error('no file for a label')) };

export function createReadOptions(): ReadOptions {
  const trees = new Map<string, Tree>();
  const read = (probe: ProbeLabels) => {
    const tree = trees.get(probe.kind.name) ?? treeOf(probe);
    trees.set(probe.kind.name, tree);
    const faults = [...refusePath(probe), ...probe.options.flatMap((option) => refuseOption(probe, option, tree.root))];
    return faults.length > 0 ? { faults } : readTexts(probe, tree);
  };
  // Wherever the container is, its labels say the same.
  const known = new WeakMap<ProbeLabels, Judged<LabelledOptions>>();
  return (probe) => {
    const options = known.get(probe) ?? read(probe);
    known.set(probe, options);
    return options;
  };
}

interface Tree {
  readonly schema: z.ZodType<Texts>;
  readonly root: OptionNode;
  readonly isTarget: LabelledOptions['isTarget'];
}

interface Texts {
  readonly interval?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly port?: number;
  readonly ofKind: Readonly<Record<string, unknown>>;
}

function treeOf({ kind }: ProbeLabels): Tree {
  const target = kind.target();
  const options = { [kind.targetOption]: target, ...kind.options(NOWHERE) };
  const ofKind = z.strictObject(options).check(...(kind.rules ?? []));
  const port = z.int().min(1).max(65_535).exactOptional();
  const schema = z.strictObject({ ...probePace(), port, ofKind });
  const isTarget = (text: string) => target.safeParse(text, { error: () => '' }).success;
  return { schema, root: describeTree(schema), isTarget };
}

/** Those that every kind has. */
const PACE = ['interval', 'timeout', 'retries'];

function refuseOption(
  { kind }: ProbeLabels,
  [path, label, text]: ProbeLabels['options'][number],
  root: OptionNode,
): readonly LabelFault[] {
  const { name, onContainer } = kind;
  const general = onContainer.value === 'itself' ? PACE : [...PACE, 'port'];
  if (general.includes(path)) return [];
  const node = onContainer.options.includes(path) ? nodeAt(root, placeOf(path)) : undefined;
  // Twice sure: no label names a file, or sets what is secret (R58).
  if (node !== undefined && node.format !== 'path' && node.writeOnly !== true)
    return refuseValue(onContainer, path, label, text);
  const allowed = [...general, ...onContainer.options].join(', ');
  return [{ label, reason: `no option that labels can set; of ${name} they can set ${allowed}` }];
}

/** As a URL has it: nothing that has to be quoted, no line breaks. */
const PATH = /^\/[!-~]*$/;

function refusePath({ kind: { onContainer }, label, value }: ProbeLabels): readonly LabelFault[] {
  const isPath = onContainer.value !== 'path' || PATH.test(value);
  return isPath ? [] : [{ label, reason: 'expected a path, such as /health' }];
}

function refuseValue(
  onContainer: OnContainer | ItselfOnContainer,
  path: string,
  label: string,
  text: string,
): readonly LabelFault[] {
  const allowed = onContainer.value === 'itself' ? undefined : onContainer.values?.[path];
  return allowed?.includes(text) === false ? [{ label, reason: `expected one of ${allowed.join(', ')}` }] : [];
}

/** Of an option in the tree. */
function placeOf(path: string): readonly string[] {
  return path === 'port' || PACE.includes(path) ? [path] : ['ofKind', ...path.split('.')];
}

type Branch = { readonly [key: string]: unknown };

function readTexts(probe: ProbeLabels, { schema, root, isTarget }: Tree): Judged<LabelledOptions> {
  const given = probe.options.map(([path, , text]) => [placeOf(path), text] as const);
  const value = [...ownPort(probe), ...given].reduce<Branch>(
    (tree, [at, text]) => withValue(tree, at, parseText(text, nodeAt(root, at) ?? {})),
    { ofKind: { [probe.kind.targetOption]: exampleTarget(probe) } },
  );
  const parsed = schema.safeParse(value, { error: () => '' });
  if (parsed.success) return judge(probe, parsed.data, isTarget);
  const context = { root, value, originOf: () => undefined };
  return { faults: parsed.error.issues.map((issue) => describeIssue(probe, issue, context)) };
}

/** What the label makes of some container: the rules between options may want to see it. */
function exampleTarget({ kind: { onContainer }, value, options }: ProbeLabels): string {
  if (onContainer.value === 'itself') return 'host/container';
  return onContainer.targetOf({ address: '192.0.2.1', port: 1, path: value, secure: saysTls(options) });
}

function saysTls(options: ProbeLabels['options']): boolean {
  return options.some(([path]) => path.startsWith('tls.'));
}

/** Of a kind whose own label may say the port. */
function ownPort({ kind, value }: ProbeLabels): readonly (readonly [readonly string[], string])[] {
  return kind.onContainer.value === 'port' && value !== '' && value !== 'true' ? [[['port'], value]] : [];
}

/** The keys are those of our own options. */
function withValue(tree: Branch, [key = '', ...rest]: readonly string[], value: unknown): Branch {
  const inner = tree[key];
  return { ...tree, [key]: rest.length === 0 ? value : withValue(isMapping(inner) ? inner : {}, rest, value) };
}

/** What the option takes, and never what was given. */
function describeIssue(probe: ProbeLabels, issue: z.core.$ZodIssue, context: FaultContext): LabelFault {
  const at = issue.path.filter((key) => key !== 'ofKind').join('.');
  const [, label] = probe.options.find(([path]) => at === path || at.startsWith(`${path}.`)) ?? [];
  const expected = faultsOf(issue, context).map((fault) => fault.expected);
  return { label: label ?? probe.label, reason: `expected ${expected.join(', ')}` };
}

function judge(
  probe: ProbeLabels,
  { interval, timeout, retries, port, ofKind }: Texts,
  isTarget: LabelledOptions['isTarget'],
): Judged<LabelledOptions> {
  const faults = [
    ...(interval !== undefined && interval < MIN_INTERVAL_MS ? [faultOf(probe, 'interval', 'at least 10s')] : []),
    ...(timeout !== undefined && timeout > MAX_TIMEOUT_MS ? [faultOf(probe, 'timeout', 'at most 30s')] : []),
  ];
  if (faults.length > 0) return { faults };
  return {
    ofKind: cutPatterns(ofKind),
    secure: saysTls(probe.options),
    isTarget,
    ...(interval !== undefined && { intervalMs: interval }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(retries !== undefined && { retries }),
    ...(port !== undefined && { port }),
  };
}

function faultOf({ label, options }: ProbeLabels, option: string, expected: string): LabelFault {
  const [, ownLabel = label] = options.find(([path]) => path === option) ?? [];
  return { label: ownLabel, reason: `expected ${expected}` };
}
