import { fitsGlob } from '../globs.ts';
import { asObject, asTexts, isObject, type JsonObject } from '../json.ts';
import type { Mapping } from './field.ts';

/** The definition that a field gets which no template names, by its first value; undefined: it is not to be indexed. */
export const defineDynamically = (mapping: Mapping, path: string, value: unknown): JsonObject => {
  const detected = detect(mapping, value);
  const name = path.slice(path.lastIndexOf('.') + 1);
  for (const { rule } of mapping.dynamicTemplates) {
    if (!fitsRule(rule, { detected, name, path })) continue;
    const text = JSON.stringify(asObject(rule['mapping']))
      .replaceAll('{name}', name)
      .replaceAll('{dynamic_type}', DEFAULTS[detected].type);
    const definition = asObject(JSON.parse(text));
    return 'type' in definition ? definition : { ...DEFAULTS[detected], ...definition };
  }
  return DEFAULTS[detected];
};

type Detected = keyof typeof DEFAULTS;

const DEFAULTS = {
  string: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } },
  date: { type: 'date' },
  long: { type: 'long' },
  double: { type: 'float' },
  boolean: { type: 'boolean' },
  object: { type: 'object' },
} as const;

const detect = ({ dateDetection }: Mapping, value: unknown): Detected => {
  if (isObject(value)) return 'object';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'double';
  return dateDetection && typeof value === 'string' && DATE.test(value) ? 'date' : 'string';
};

/** strict_date_optional_time, or yyyy/MM/dd with an optional time. */
const DATE =
  /^(\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d([.,]\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?)?|\d{4}\/\d\d\/\d\d( \d\d:\d\d:\d\d)?)$/;

const fitsRule = (
  rule: JsonObject,
  { detected, name, path }: { readonly detected: Detected; readonly name: string; readonly path: string },
): boolean => {
  const types = asTexts(rule['match_mapping_type']);
  const fits = (key: string, text: string) => asTexts(rule[key]).some((glob) => fitsGlob(glob, text));
  return (
    (types.length === 0 || types.includes('*') || types.includes(detected)) &&
    (rule['match'] === undefined || fits('match', name)) &&
    (rule['path_match'] === undefined || fits('path_match', path)) &&
    !fits('unmatch', name) &&
    !fits('path_unmatch', path)
  );
};
