import type { StoredDocument } from '../cluster/indices.ts';
import { isObject, textOf } from '../json.ts';
import { readDate } from '../mapping/values.ts';

export interface Sort {
  readonly field: string;
  readonly descending: boolean;
}

/** A search's `sort`: names, `name:desc`, or objects. */
export const readSorts = (sort: unknown): readonly Sort[] => {
  if (sort === undefined) return [];
  return (Array.isArray(sort) ? sort : [sort]).flatMap((one: unknown) => {
    if (!isObject(one)) {
      const [field = '', order = 'asc'] = String(one).split(':');
      return [{ field, descending: order === 'desc' }];
    }
    return Object.entries(one).map(([field, how]) => ({
      field,
      descending: (isObject(how) ? how['order'] : how) === 'desc',
    }));
  });
};

/** Compares with another document, or with the values of `search_after`; without sorts by arrival. */
export const compareBy =
  (sorts: readonly Sort[]) =>
  (first: StoredDocument, second: StoredDocument | readonly unknown[]): number => {
    for (const [index, { field, descending }] of sorts.entries()) {
      const other = 'arrival' in second ? valueAt(second, field) : second[index];
      const order = compare(valueAt(first, field), other);
      if (order !== 0) return descending ? -order : order;
    }
    return 'arrival' in second ? first.arrival - second.arrival : 0;
  };

/** As a hit's `sort` has it: of a date its milliseconds. */
export const valueAt = (document: StoredDocument, field: string): string | number | null => {
  if (field === '_doc' || field === '_shard_doc') return document.arrival;
  if (field === '_id') return document.id;
  const value = readField(document.source, field.replace(/\.keyword$/, ''));
  if (field === '@timestamp') return readDate(value);
  return typeof value === 'number' || typeof value === 'string' ? value : null;
};

/** A field by its full name, however its parts are nested in the document. */
export const readField = (value: unknown, path: string): unknown => {
  if (path === '') return value;
  if (Array.isArray(value))
    return value.flatMap((one: unknown) => [readField(one, path)]).filter((one) => one !== undefined);
  if (!isObject(value)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (path !== key && !path.startsWith(`${key}.`)) continue;
    const found = readField(inner, path.slice(key.length + 1));
    if (found !== undefined) return found;
  }
  return undefined;
};

const compare = (first: unknown, second: unknown): number => {
  if (first === second) return 0;
  // What lacks the field comes last.
  if (first === null || first === undefined) return 1;
  if (second === null || second === undefined) return -1;
  if (typeof first === 'number' && typeof second === 'number') return first - second;
  return textOf(first) < textOf(second) ? -1 : 1;
};
