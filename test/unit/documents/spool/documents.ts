import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Dataset, NewDocument, StoredDocument } from '../../../../exporter/model/document.ts';

/** An id as a source makes it. */
export const idOf = (what: number | string) =>
  createHash('sha256').update(String(what)).digest('base64url').slice(0, 20);

/** A document that is told from others by its number. */
export const numbered = (
  number: number,
  { dataset = 'harborlight.container', padding = 0 }: { readonly dataset?: Dataset; readonly padding?: number } = {},
): NewDocument => ({
  dataset,
  namespace: 'default',
  id: idOf(number),
  json: JSON.stringify({ number, padding: 'x'.repeat(padding) }),
  origin: { source: 'web-1 stdout', first: String(number), last: String(number) },
});

/** From the one to the other, both included. */
export const numberedFrom = (first: number, last: number, options?: Parameters<typeof numbered>[1]) =>
  Array.from({ length: last - first + 1 }, (_, at) => numbered(first + at, options));

export const numberOf = ({ json }: { readonly json: string }) =>
  (JSON.parse(json) as { readonly number: number }).number;

const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength });

/** Any document that a record can hold. */
export const anyStored: fc.Arbitrary<StoredDocument> = fc.record(
  {
    dataset: fc.constantFrom<Dataset>('harborlight.container', 'harborlight.event', 'harborlight.gap'),
    namespace: text(60),
    id: text(40),
    json: text(2000),
    origin: fc.record({ source: text(200), first: text(40), last: text(40) }),
    position: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
    storedAtMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  },
  { requiredKeys: ['dataset', 'namespace', 'id', 'json', 'position', 'storedAtMs'] },
);
