import { isObject } from './json.ts';

/** What `filter_path` leaves of an answer: `errors,items.*.status`. */
export const filterPath = (value: unknown, filters: readonly string[]): unknown => {
  const kept = keep(
    value,
    filters.map((filter) => filter.split('.')),
  );
  return kept === undefined ? {} : kept;
};

type Path = readonly string[];

/** Undefined: nothing of it. */
const keep = (value: unknown, paths: readonly Path[]): unknown => {
  if (paths.some((path) => path.length === 0)) return value;
  if (paths.length === 0) return undefined;
  if (Array.isArray(value)) {
    const kept = value.map((one: unknown) => keep(one, paths)).filter((one) => one !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  if (!isObject(value)) return undefined;
  const kept = Object.entries(value).flatMap(([key, inner]) => {
    const found = keep(
      inner,
      paths.flatMap((path) => advance(path, key)),
    );
    return found === undefined ? [] : [[key, found] as const];
  });
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
};

/** What of a path is left below a key. */
const advance = ([first = '', ...rest]: Path, key: string): readonly Path[] => {
  if (first === '**') return [[first, ...rest], ...advance(rest, key)];
  const fits = new RegExp(`^${first.replaceAll('*', '.*')}$`).test(key);
  return fits ? [rest] : [];
};
