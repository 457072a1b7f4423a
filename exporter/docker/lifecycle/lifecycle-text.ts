import { NAMING_LABELS } from '../../util/project-names.ts';
import type { LifecycleState } from './lifecycle.ts';
import type { SavedDescription, SavedLifecycle, SavedTally, SavedTracked } from './saved.ts';
import type { Tally } from './tallies.ts';
import type { Tracked } from './tracked.ts';

/**
 * The state as JSON that `savedLifecycle` reads, all of one moment, with these labels beside those that make names. It
 * is made every second while events come, and most of it says what it said a second ago: such texts are kept, as long as
 * the labels are the same list.
 */
export function lifecycleText(state: LifecycleState, labels: readonly string[]): string {
  const { containers, tallies, ...rest } = state;
  const totals: Omit<SavedLifecycle, 'containers' | 'tallies'> = rest;
  const kept = textsOf(labels);
  return `{"containers":[${listed(containers, trackedText, kept)}],"tallies":[${listed(tallies, tallyText, kept)}],${membersText(totals)}}`;
}

/** Makes the texts that were never made: of hundreds of new containers they take too long for one turn of the event loop. */
export function* prepareLifecycleText(
  { containers }: LifecycleState,
  labels: readonly string[],
): Generator<undefined, void> {
  const kept = textsOf(labels);
  for (const [id, tracked] of containers) {
    if (!kept.tracked.has(tracked)) trackedText(id, tracked, kept);
    yield;
  }
}

type TextOf<T> = (key: string, one: T, kept: Texts) => string;

/** Added up, not joined: a join copies all that it is made of, and whoever writes the whole copies it again. */
function listed<T>(entries: ReadonlyMap<string, T>, textOf: TextOf<T>, kept: Texts): string {
  let text = '';
  for (const [key, one] of entries) text += text === '' ? textOf(key, one, kept) : `,${textOf(key, one, kept)}`;
  return text;
}

/** Never of an object without members. */
function membersText(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}

/** In one piece, for it is used again and again: a template stays in those that it is made of. */
function flat(...pieces: readonly string[]): string {
  return pieces.join('');
}

interface Texts {
  readonly labels: readonly string[];
  readonly tracked: WeakMap<Tracked, { readonly of: Tracked; readonly text: string }>;
  readonly tallies: WeakMap<Tally, { readonly of: Tally; readonly text: string }>;
  readonly descriptions: WeakMap<Description, string>;
}

// Only memories of what pure functions gave: an entry goes with its object.
const textsBy = new WeakMap<readonly string[], Texts>();

function textsOf(labels: readonly string[]): Texts {
  const known = textsBy.get(labels);
  if (known !== undefined) return known;
  const made = { labels, tracked: new WeakMap(), tallies: new WeakMap(), descriptions: new WeakMap() };
  textsBy.set(labels, made);
  return made;
}

function trackedText(id: string, tracked: Tracked, kept: Texts): string {
  // An end that is pending is changed in place; all else is replaced by another.
  const canBeKept = tracked.pending.length === 0;
  const known = kept.tracked.get(tracked);
  if (canBeKept && known !== undefined && isSame(known.of, tracked)) return known.text;
  const saved: Omit<SavedTracked, 'description'> = tracked;
  const others = { ...saved, description: undefined };
  const description = descriptionText(tracked.description, kept);
  const text = flat('[', JSON.stringify(id), ',{"description":', description, ',', membersText(others), '}]');
  if (canBeKept) kept.tracked.set(tracked, { of: { ...tracked }, text });
  return text;
}

function tallyText(name: string, tally: Tally, kept: Texts): string {
  return `${lastingTallyText(name, tally, kept)},"usedSeconds":${JSON.stringify(tally.usedSeconds)}}]`;
}

/** All but when it was last in use: that is now, at each save, as long as it is. */
function lastingTallyText(name: string, tally: Tally, kept: Texts): string {
  const known = kept.tallies.get(tally);
  if (known !== undefined && isSame(known.of, tally, LASTING) && isSame(known.of.exits, tally.exits)) return known.text;
  const others = { ...tally, description: undefined, usedSeconds: undefined } satisfies Record<
    keyof SavedTally,
    unknown
  >;
  const description = descriptionText(tally.description, kept);
  const text = flat('[', JSON.stringify(name), ',{"description":', description, ',', membersText(others));
  kept.tallies.set(tally, { of: { ...tally, exits: { ...tally.exits } }, text });
  return text;
}

/** Counts are changed in place: they are compared one by one. */
const LASTING: ReadonlySet<string> = new Set<keyof Tally>(['usedSeconds', 'exits']);

/** Whether all members, but these, are the same. */
function isSame<T extends object>(before: T, now: T, but?: ReadonlySet<string>): boolean {
  let more = 0;
  for (const name in now) {
    if (before[name] !== now[name] && but?.has(name) !== true) return false;
    more++;
  }
  for (const _name in before) more--;
  return more === 0;
}

type Description = Tracked['description'];

/** The same text as long as the description is the same object. */
function descriptionText(description: Description, { labels, descriptions }: Texts): string {
  const known = descriptions.get(description);
  if (known !== undefined) return known;
  const text = JSON.stringify(withoutSecrets(description, labels));
  descriptions.set(description, text);
  return text;
}

/** By which a container is named, and by which it is expected. */
const SAVED_LABELS: readonly string[] = [...NAMING_LABELS, 'com.docker.compose.oneoff', 'harborlight.expected'];

/** Without the labels that nothing here needs: any may hold a secret. */
function withoutSecrets(description: Description, matched: readonly string[]): SavedDescription {
  const { imageId: _id, networkMode: _mode, labels, ...rest } = description;
  const needed = [...SAVED_LABELS, ...matched].flatMap((key) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...rest, labels: Object.fromEntries(needed) };
}
