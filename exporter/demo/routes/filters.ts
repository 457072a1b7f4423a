import { ApiError } from '../http/api.ts';

/** Values by filter; one of them has to fit. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/** Both forms that clients write: {"label":["a=b"]} and {"label":{"a=b":true}}. */
export function parseFilters(query: URLSearchParams, known: readonly string[]): Filters {
  const text = query.get('filters');
  if (text === null || text === '') return new Map();
  const filters = Object.entries(parseObject(text)).map(([name, values]) => [name, valuesOf(values)] as const);
  const unknown = filters.find(([name]) => !known.includes(name));
  if (unknown) throw new ApiError(400, `invalid filter '${unknown[0]}'`);
  return new Map(filters);
}

/** Whether the labels have all that is asked: `key` or `key=value`. */
export function matchesLabels(filters: Filters, labels: Readonly<Record<string, string>>): boolean {
  return (filters.get('label') ?? []).every((wanted) => {
    const [key = '', ...value] = wanted.split('=');
    return key in labels && (value.length === 0 || labels[key] === value.join('='));
  });
}

/** True without such a filter, or when one of its values fits. */
export function matchesAny(filters: Filters, name: string, fits: (value: string) => boolean): boolean {
  return filters.get(name)?.some(fits) ?? true;
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below, as for every other text that is no object.
  }
  throw new ApiError(400, 'invalid filter');
}

function valuesOf(values: unknown): readonly string[] {
  if (Array.isArray(values)) return values.map(String);
  return typeof values === 'object' && values !== null ? Object.keys(values) : [];
}
