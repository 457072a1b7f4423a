import type { Labels } from '../model/labels.ts';
import { escapeLabelValue } from './escape.ts';

/** What stands between a sample's name and its value, and the pairs that further labels are added to. */
export interface LabelText {
  /** host="edge-1",name="web-1" */
  readonly pairs: string;
  /** {host="edge-1",name="web-1"} and the space before the value. */
  readonly closed: string;
  /** Of this subject and labels that never change, which are frozen. */
  readonly with: Map<Labels, string>;
}

/** Of a sample that has none of its own. */
export const NO_LABELS: LabelText = { pairs: '', closed: ' ', with: new Map() };

/** The text of a subject's labels, rendered once for each Labels object. */
export function labelText(labels: Labels): LabelText {
  const known = rendered.get(labels);
  if (known !== undefined) return known;
  const pairs = renderPairs(labels);
  const text = { pairs, closed: close(pairs), with: new Map<Labels, string>() };
  rendered.set(labels, text);
  return text;
}

/** A subject's labels and those that one reading adds: `closed`, as in LabelText. */
export function closedWith(subject: LabelText, added: Labels): string {
  const known = subject.with.get(added);
  if (known !== undefined) return known;
  const pairs = renderPairs(added);
  const closed = pairs === '' ? subject.closed : close(subject.pairs === '' ? pairs : `${subject.pairs},${pairs}`);
  if (Object.isFrozen(added) && subject.with.size < MOST_KEPT) subject.with.set(added, closed);
  return closed;
}

/** Of one subject: a container has less than this, but who has hundreds of interfaces is not to keep hundreds of texts each. */
const MOST_KEPT = 64;

// Only a memory of what a pure function gave: an entry goes with its Labels object.
const rendered = new WeakMap<Labels, LabelText>();

/** A label without a value is the same as no label, and is left out. */
function renderPairs(labels: Labels): string {
  let pairs = '';
  for (const name of Object.keys(labels)) {
    const value = labels[name];
    if (value === undefined || value === '') continue;
    pairs += `${pairs === '' ? '' : ','}${name}="${escapeLabelValue(value)}"`;
  }
  return pairs;
}

/** Joined, for that makes one piece: of a text from a template V8 keeps the parts, and each writing goes through them again. */
function close(pairs: string): string {
  return pairs === '' ? ' ' : ['{', pairs, '} '].join('');
}
