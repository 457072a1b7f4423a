import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexIfAllCreated } from '../../../../../exporter/documents/sinks/elasticsearch/all-stored.ts';
import { parseBulkAnswer } from '../../../../../exporter/documents/sinks/elasticsearch/bulk-answer.ts';
import type { StoredDocument } from '../../../../../exporter/model/document.ts';
import { produce } from '../../../../documents/produce.ts';

const batch: readonly StoredDocument[] = produce(3, { series: 'a' }).map((document, at) => ({
  ...document,
  position: at + 1,
  storedAtMs: 0,
}));
const itemsOf = (documents: readonly StoredDocument[], index = '.ds-a-000001') =>
  documents.map(({ id }) => ({ create: { _index: index, _id: id, status: 201 } }));
const textOf = (items: readonly object[]) => JSON.stringify({ errors: false, items });
const created = textOf(itemsOf(batch));

describe('an answer that says of all documents that they were created', () => {
  test('is understood without being parsed, and tells the index', () => {
    expect(indexIfAllCreated(created, batch)).toBe('.ds-a-000001');
  });

  test('is understood as it is when it is parsed', () => {
    const answer = (text: string) => ({ status: 200, headers: { 'content-type': 'application/json' }, text });
    const parsed = parseBulkAnswer(answer(created.replace('{', '{ ')), batch);
    expect(parseBulkAnswer(answer(created), batch)).toStrictEqual(parsed);
    expect(parsed).toHaveLength(3);
  });

  test('is any other one as soon as one character of it is another', () => {
    fc.assert(
      fc.property(fc.nat({ max: created.length - 1 }), fc.constantFrom('"', '}', '1', ' ', '\\', 'z'), (at, other) => {
        fc.pre(created[at] !== other);
        const changed = created.slice(0, at) + other + created.slice(at + 1);
        const read = indexIfAllCreated(changed, batch);
        expect(read).toBeUndefined();
      }),
    );
  });

  test.each([
    ['says that one was not created', textOf([...itemsOf(batch.slice(0, 2)), { create: { status: 409 } }])],
    ['tells of errors', JSON.stringify({ errors: true, items: itemsOf(batch) })],
    ['has too few items', textOf(itemsOf(batch.slice(0, 2)))],
    ['has too many', textOf([...itemsOf(batch), ...itemsOf(batch.slice(2))])],
    ['has another order', textOf(itemsOf(batch.toReversed()))],
    ['is cut off', created.slice(0, -1)],
    ['goes on', `${created} `],
    ['tells of a failure store', created.replace('"status":201', '"failure_store":"used","status":201')],
    ['has an index that is escaped', created.replaceAll('.ds-a', '\\u002eds-a')],
    ['tells of two indices', textOf([...itemsOf(batch.slice(0, 2)), ...itemsOf(batch.slice(2), '.ds-b-000007')])],
    ['is empty', ''],
  ])('is none that %s', (_what, text) => {
    expect(indexIfAllCreated(text, batch)).toBeUndefined();
  });
});
