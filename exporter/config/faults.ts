import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { expectation, formatPath, isMapping, nodeAt, type OptionNode, type OptionPath } from './tree.ts';

/** One thing that is wrong with the configuration. Holds no secret: it goes to terminals and logs. */
export interface Fault {
  /** `hosts[0].tls.ca_file`; empty for a file or a variable as a whole. */
  readonly path: string;
  readonly expected: string;
  /** What was there, or of what kind it was where it may be secret. */
  readonly given?: string;
  /** The known name most like an unknown one. */
  readonly nearest?: string;
  /** `harborlight.yml:12`, a variable, a command line option; absent for a default. */
  readonly origin?: string;
}

export function formatFault({ path, expected, given, nearest, origin }: Fault): string {
  const place = [origin, path].filter((part) => part !== undefined && part !== '').join(': ');
  const rest = [given === undefined ? '' : `, got ${given}`, nearest === undefined ? '' : `; did you mean ${nearest}?`];
  return `${place}: expected ${expected}${rest.join('')}`;
}

/** What a refused value is checked against, and where it came from. */
export interface FaultContext {
  readonly root: OptionNode;
  readonly value: unknown;
  readonly originOf: (path: OptionPath) => string | undefined;
}

export function faultsOf(issue: z.core.$ZodIssue, context: FaultContext): readonly Fault[] {
  // Our trees have no symbols as keys.
  const path = issue.path as OptionPath;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, context));
  const origin = originField(context, path);
  if (issue.code === 'invalid_key') {
    // `ops:hunter2` without a blank is a key.
    return [{ path: formatPath(path.slice(0, -1)), expected: issue.issues[0]?.message ?? 'another key', ...origin }];
  }
  const place = { path: formatPath(path), ...origin };
  const node = nodeAt(context.root, path, context.value) ?? { writeOnly: true };
  const value = valueAt(context.value, path);
  // zod's own words are left out at load: they would say what was given.
  const expected = issue.message === '' ? expectation(node) : issue.message;
  const given = isTelling(issue, value) ? { given: describeGiven(value, node) } : {};
  return [{ ...place, expected, ...given, ...nearestField(issue) }];
}

/** What a rule of ours found, which knows the names that it compared with. */
function nearestField(issue: z.core.$ZodIssue): Pick<Fault, 'nearest'> {
  const known: unknown = issue.code === 'custom' ? issue.params?.['nearest'] : undefined;
  return typeof known === 'string' ? { nearest: known } : {};
}

/** A rule about a whole mapping or list, or about what is absent, says itself what is missing. */
function isTelling(issue: z.core.$ZodIssue, value: unknown): boolean {
  return issue.code === 'invalid_type' || (typeof value !== 'object' && value !== undefined);
}

/** The value where nothing in it can be secret, else what kind of value it is. */
function describeGiven(value: unknown, node: OptionNode): string {
  if (isOpen(value, node)) return JSON.stringify(value);
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return isMapping(value) ? 'a mapping' : typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

/** Scalars of options that take scalars, and are neither secrets nor URLs. */
function isOpen(value: unknown, node: OptionNode): boolean {
  if (node.properties !== undefined || node.type === 'object' || node.type === 'array') return false;
  if (node.writeOnly === true || node.format === 'uri') return false;
  // A key pasted where the path of its file belongs has line breaks; a URL where none belongs may hold credentials.
  return typeof value === 'string'
    ? !/\n|\/\/.*@/.test(value)
    : typeof value === 'number' || typeof value === 'boolean';
}

function unknownKey(path: OptionPath, key: string, context: FaultContext): Fault {
  const node = nodeAt(context.root, path, context.value);
  const siblings = Object.keys(node?.properties ?? {});
  const known = nearest(key, siblings);
  return {
    path: formatPath(known !== undefined || isTellableKey(key, node) ? [...path, key] : path),
    expected: known === undefined ? `one of the options ${siblings.join(', ')}` : 'a known option',
    ...(known !== undefined && { nearest: formatPath([...path, known]) }),
    ...originField(context, [...path, key]),
  };
}

/** A value without the blank before it is read as a key, and beside secrets it may be one. */
function isTellableKey(key: string, node: OptionNode | undefined): boolean {
  const holdsSecrets = Object.values(node?.properties ?? {}).some(({ writeOnly }) => writeOnly === true);
  return /^\w+$/.test(key) && !holdsSecrets;
}

function valueAt(value: unknown, path: OptionPath): unknown {
  return path.reduce((inner: unknown, key) => {
    if (Array.isArray(inner)) return inner[Number(key)] as unknown;
    return isMapping(inner) ? inner[key] : undefined;
  }, value);
}

function originField({ originOf }: FaultContext, path: OptionPath): Pick<Fault, 'origin'> {
  const origin = originOf(path);
  return origin === undefined ? {} : { origin };
}
