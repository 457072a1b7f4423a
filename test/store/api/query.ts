import type { StoredDocument } from '../cluster/indices.ts';
import { asObject, asTexts, isObject } from '../json.ts';
import { readDate } from '../mapping/values.ts';
import { illegalArgument } from '../store-error.ts';
import { readField } from './sort.ts';

/** Whether a document fits a query; throws at one that is not simulated. */
export const fitsQuery = (query: unknown, document: StoredDocument): boolean => {
  if (query === undefined) return true;
  const [kind = '', body] = Object.entries(asObject(query))[0] ?? [];
  const fits = QUERIES[kind];
  if (fits === undefined) throw illegalArgument(`this store does not simulate the query [${kind}]`);
  return fits(asObject(body), document);
};

type Query = (body: Readonly<Record<string, unknown>>, document: StoredDocument) => boolean;

const QUERIES: Readonly<Record<string, Query>> = {
  match_all: () => true,
  ids: ({ values }, { id }) => asTexts(values).includes(id),
  exists: ({ field }, { source }) => valuesOf(source, String(field)).length > 0,
  term: (body, document) =>
    Object.entries(body).every(([field, wanted]) =>
      hasOneOf(document, field, [isObject(wanted) ? wanted['value'] : wanted]),
    ),
  terms: (body, document) =>
    Object.entries(body).every(([field, wanted]) => hasOneOf(document, field, Array.isArray(wanted) ? wanted : [])),
  match_phrase: (body, { source }) =>
    Object.entries(body).every(([field, wanted]) => {
      const text = String(isObject(wanted) ? wanted['query'] : wanted).toLowerCase();
      return valuesOf(source, field).some((value) => String(value).toLowerCase().includes(text));
    }),
  range: (body, { source }) =>
    Object.entries(body).every(([field, bounds]) =>
      valuesOf(source, field).some((value) => isWithin(value, asObject(bounds))),
    ),
  bool: ({ must, filter, should, must_not }, document) => {
    const all = [...listOf(must), ...listOf(filter)];
    const some = listOf(should);
    return (
      all.every((one) => fitsQuery(one, document)) &&
      !listOf(must_not).some((one) => fitsQuery(one, document)) &&
      (all.length > 0 || some.length === 0 || some.some((one) => fitsQuery(one, document)))
    );
  },
};

const listOf = (value: unknown): readonly unknown[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};

const valuesOf = (source: unknown, field: string): readonly unknown[] => {
  const value = readField(source, field.replace(/\.keyword$/, ''));
  return listOf(value).filter((one) => one !== null && one !== undefined);
};

const hasOneOf = ({ source, id }: StoredDocument, field: string, wanted: readonly unknown[]): boolean => {
  const values = field === '_id' ? [id] : valuesOf(source, field);
  return values.some((value) => wanted.some((one) => String(one) === String(value)));
};

const isWithin = (value: unknown, bounds: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(bounds).every(([bound, limit]) => {
    const [left, right] = [toNumber(value), toNumber(limit)];
    if (bound === 'gt') return left > right;
    if (bound === 'gte') return left >= right;
    if (bound === 'lt') return left < right;
    if (bound === 'lte') return left <= right;
    throw illegalArgument(`this store does not simulate [${bound}] of a range`);
  });

const toNumber = (value: unknown): number => (typeof value === 'number' ? value : readDate(value));
