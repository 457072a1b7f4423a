import { isIP } from 'node:net';
import { isObject, textOf } from '../json.ts';
import type { Field } from './field.ts';

/** Why a value does not fit its field; `immense`: no term may be so long. */
export class UnfitValue extends Error {
  readonly kind: 'malformed' | 'immense' | 'not-text';

  constructor(kind: UnfitValue['kind'], message: string) {
    super(message);
    this.name = 'UnfitValue';
    this.kind = kind;
  }
}

/** Whether a scalar is indexed or, being longer than `ignore_above`, left out; throws where the field does not take it. */
export const checkValue = ({ type, definition }: Field, value: unknown): 'indexed' | 'ignored' => {
  const text = textOf(value);
  if (type === 'keyword' || type === 'wildcard') return checkTerm(text, definition['ignore_above']);
  if (NUMBERS[type] !== undefined) checkNumber(type, value);
  else CHECKS[type]?.(text, value, { type, definition });
  return 'indexed';
};

type Check = (text: string, value: unknown, field: Pick<Field, 'type' | 'definition'>) => void;

/** What is not here takes any text. */
const CHECKS: Readonly<Record<string, Check>> = {
  boolean: (text) => {
    if (!['true', 'false', ''].includes(text)) throw malformed(`only [true] or [false] are allowed, was [${text}]`);
  },
  date: (_text, value, { type, definition }) => checkDate(type, value, definition['format']),
  date_nanos: (_text, value, { type, definition }) => checkDate(type, value, definition['format']),
  ip: (text) => {
    if (isIP(text) === 0) throw malformed(`'${text}' is not an IP string literal.`);
  },
  constant_keyword: (text, _value, { definition }) => {
    const only = definition['value'];
    if (only !== undefined && only !== text) throw malformed(`another value: [${text}]`);
  },
};

/** The leaves of an object that is one field. */
export const checkFlat = (field: Field, value: unknown): 'indexed' | 'ignored' => {
  if (!isObject(value)) throw malformed('Failed to parse object: expecting token of type [START_OBJECT]');
  const leaves = [...leavesOf(value, '', 1, Number(field.definition['depth_limit'] ?? 20))];
  const found = leaves.map((leaf) => checkTerm(leaf, field.definition['ignore_above']));
  return found.includes('ignored') ? 'ignored' : 'indexed';
};

/** Unix milliseconds of a date as the default format takes it, with up to nine digits of a second; NaN: it is none. */
export const readDate = (value: unknown): number => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  if (typeof value !== 'string') return Number.NaN;
  if (/^-?\d{5,}$/.test(value)) return Number(value);
  const groups = DATE.exec(value)?.groups;
  return groups === undefined ? Number.NaN : readParts(groups);
};

const readParts = ({
  day = '',
  time = '',
  fraction = '',
  zone = 'Z',
}: Readonly<Record<string, string | undefined>>): number => {
  // The first month, day and hour where none is named.
  const whole = `${day}${'-01-01'.slice(day.length - 4)}T${time}${'00:00:00'.slice(time.length)}`;
  const iso = `${whole}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  // Date.parse takes a 30 February for a day in March.
  const asReadMs = Date.parse(`${iso}Z`);
  if (Number.isNaN(asReadMs) || !new Date(asReadMs).toISOString().startsWith(day)) return Number.NaN;
  return Date.parse(`${iso}${zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2')}`);
};

const DATE =
  /^(?<day>\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T(?<time>\d\d(?::\d\d(?::\d\d)?)?)(?:[.,](?<fraction>\d{1,9}))?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/;

const checkDate = (type: string, value: unknown, format: unknown): void => {
  // What another format takes is not known here.
  if (typeof format === 'string' && typeof value === 'string') return;
  const atMs = readDate(value);
  if (Number.isNaN(atMs)) {
    throw malformed(
      `failed to parse date field [${String(value)}] with format [strict_date_optional_time||epoch_millis]`,
    );
  }
  if (type === 'date_nanos' && (atMs < 0 || atMs > LAST_NANOS_MS)) {
    throw malformed(`date[${String(value)}] is out of the range that can be stored in nanosecond resolution`);
  }
};

/** 2262-04-11T23:47:16.854: a signed 64-bit number of nanoseconds ends there. */
const LAST_NANOS_MS = 9_223_372_036_854;

/** The largest value of each type; fractions are cut where it is one of whole numbers. */
const NUMBERS: Readonly<Record<string, number>> = {
  long: 2 ** 63,
  integer: 2 ** 31 - 1,
  short: 2 ** 15 - 1,
  byte: 2 ** 7 - 1,
  unsigned_long: 2 ** 64,
  double: Number.MAX_VALUE,
  float: 3.4028234663852886e38,
  half_float: 65_504,
  scaled_float: Number.MAX_VALUE,
};

const checkNumber = (type: string, value: unknown): void => {
  const text = String(value);
  const number = Number(value);
  // An empty text counts as no value.
  if (text === '') return;
  if (typeof value === 'boolean' || text.trim() === '' || !Number.isFinite(number)) {
    throw malformed(`For input string: "${text}"`);
  }
  if (Math.abs(number) > (NUMBERS[type] ?? 0)) throw malformed(`Value [${text}] is out of range for a ${type}`);
};

const checkTerm = (text: string, ignoreAbove: unknown): 'indexed' | 'ignored' => {
  // Counted in characters, the limit of a term in bytes.
  if (ignoreAbove !== undefined && text.length > Number(ignoreAbove)) return 'ignored';
  if (Buffer.byteLength(text) > LONGEST_TERM_BYTES)
    throw new UnfitValue('immense', 'bytes can be at most 32766 in length');
  return 'indexed';
};

const LONGEST_TERM_BYTES = 32_766;

function* leavesOf(value: unknown, key: string, depth: number, limit: number): Generator<string> {
  if (depth > limit + 1) throw malformed(`The provided field exceeds the maximum depth limit of [${limit}].`);
  if (Array.isArray(value)) for (const one of value) yield* leavesOf(one, key, depth, limit);
  else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      yield* leavesOf(inner, key === '' ? name : `${key}.${name}`, depth + 1, limit);
    }
  } else if (value !== null) yield textOf(value);
}

const malformed = (message: string): UnfitValue => new UnfitValue('malformed', message);
