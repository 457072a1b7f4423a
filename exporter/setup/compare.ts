import type { Installable } from './installables.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether what a store has is what we would put. @param there as `installedIn` found it */
export function isSame({ kind, body }: Installable, there: unknown): boolean {
  switch (kind) {
    case 'ilm':
    case 'ism':
      return contains(there, body['policy']);
    case 'role':
      return contains(sortedLists(there), sortedLists(body));
    case 'component':
    case 'template':
      return isSameTemplate(there, body);
    default:
      return kind satisfies never;
  }
}

/** The thing itself in a store's answer to a GET; undefined when it is not in there. */
export function installedIn({ kind, name }: Installable, answer: unknown): unknown {
  switch (kind) {
    case 'ilm':
      return at(answer, name, 'policy');
    case 'ism':
      return at(answer, 'policy');
    case 'role':
      return at(answer, name);
    case 'component':
      return at(answer, 'component_templates', '0', 'component_template');
    case 'template':
      return at(answer, 'index_templates', '0', 'index_template');
    default:
      return kind satisfies never;
  }
}

/** A part of an answer, whatever it is; undefined where there is none. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** A field or a setting that we no longer have must go; what else the store has more of are its defaults. */
function isSameTemplate(there: unknown, wanted: Json): boolean {
  const { settings: _settings, ...template } = toObject(wanted['template']);
  const isThere = contains(there, { ...wanted, ...(wanted['template'] !== undefined && { template }) });
  const isEqual = (theirs: unknown, ours: unknown) => contains(theirs, ours) && contains(ours, theirs);
  return (
    isThere &&
    isEqual(toObject(at(there, 'template', 'mappings')), toObject(at(wanted, 'template', 'mappings'))) &&
    isEqual(settingsOf(there), settingsOf(wanted))
  );
}

/** By full names: stores nest them and add `index.` as they like. */
function settingsOf(template: unknown): Json {
  const flat: [string, unknown][] = [];
  const visit = (value: unknown, path: string) => {
    if (isObject(value) && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`);
    } else flat.push([path.replace(/^index\./, ''), value]);
  };
  visit(toObject(at(template, 'template', 'settings')), '');
  return Object.fromEntries(flat);
}

/** Stores add defaults, and write numbers and booleans as text. */
function contains(there: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(there) &&
      there.length === wanted.length &&
      wanted.every((one, position) => contains(there[position], one))
    );
  }
  if (!isObject(wanted)) return !isObject(there) && String(there) === String(wanted);
  if (!isObject(there) || Array.isArray(there)) return false;
  return Object.entries(wanted).every(([key, value]) => contains(there[key], value));
}

/** A role's privileges have no order. */
function sortedLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedLists).toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sortedLists(inner)]));
}

function toObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
