import { describe, expect, test } from 'vitest';
import { parseBulkAnswer } from '../../../../../exporter/documents/sinks/elasticsearch/bulk-answer.ts';
import type { StoredDocument } from '../../../../../exporter/model/document.ts';
import { produce } from '../../../../documents/produce.ts';

const batch: readonly StoredDocument[] = produce(2, { series: 'a' }).map((document, at) => ({
  ...document,
  position: at + 1,
  storedAtMs: 0,
}));
const [first, second] = batch.map(({ id }) => id);

const answer = (body: unknown, type = 'application/json') => ({
  status: 200,
  headers: { 'content-type': type },
  text: typeof body === 'string' ? body : JSON.stringify(body),
});
const items = (...creates: readonly object[]) =>
  answer({ errors: false, items: creates.map((create) => ({ create })) });
const outcomeOf = (status: number, type = 'some_exception', reason = '') =>
  parseBulkAnswer(items({ _id: first, status, error: { type, reason } }), batch.slice(0, 1))?.[0];

describe('an answer to a bulk', () => {
  test('has one item a document, in their order', () => {
    const read = parseBulkAnswer(
      items({ _id: first, status: 201, _index: '.ds-a-000001' }, { _id: second, status: 201 }),
      batch,
    );
    expect(read).toStrictEqual([
      { outcome: { kind: 'stored' }, index: '.ds-a-000001', isInDoubt: false },
      { outcome: { kind: 'stored' }, index: undefined, isInDoubt: false },
    ]);
  });

  test.each([
    ['too few items', items({ _id: first, status: 201 })],
    ['too many', items({ _id: first, status: 201 }, { _id: second, status: 201 }, { _id: second, status: 201 })],
    ['another order', items({ _id: second, status: 201 }, { _id: first, status: 201 })],
    [
      'another action',
      answer({ items: [{ index: { _id: first, status: 201 } }, { index: { _id: second, status: 201 } }] }),
    ],
    ['no status', items({ _id: first }, { _id: second })],
    ['nothing that it should have', answer({})],
    ['a text in its place', answer('"stored"')],
    ['a page', answer('<!doctype html><p>Sign in</p>', 'text/html')],
    ['JSON that calls itself a page', answer({ items: [] }, 'text/html')],
    ['half of it', answer('{"errors":false,"items":[{"create":')],
  ])('that has %s is none', (_what, wrong) => {
    expect(parseBulkAnswer(wrong, batch)).toBeUndefined();
  });

  test.each([
    [201, 'stored'],
    [200, 'stored'],
    [400, 'refused'],
    [404, 'refused'],
    [413, 'refused'],
    [429, 'retry'],
    [500, 'retry'],
    [502, 'retry'],
    [503, 'retry'],
    [504, 'retry'],
  ])('%i of a document is %s', (status, kind) => {
    expect(outcomeOf(status)?.outcome.kind).toBe(kind);
  });

  test('409 is stored when the id is there, and else asks for another try', () => {
    expect(outcomeOf(409, 'version_conflict_engine_exception')?.outcome).toStrictEqual({ kind: 'stored' });
    expect(outcomeOf(409)?.outcome).toMatchObject({ kind: 'retry', status: 409 });
  });

  test.each([403, 429])('a block by %i is not the fault of the document', (status) => {
    const reason = 'index [a] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];';
    expect(outcomeOf(status, 'cluster_block_exception', reason)?.outcome).toMatchObject({ kind: 'retry', status: 403 });
  });

  test('what the failure store took is refused, under whatever id', () => {
    const read = parseBulkAnswer(items({ _id: 'its own', status: 201, failure_store: 'used' }), batch.slice(0, 1));
    expect(read?.[0]?.outcome).toStrictEqual({ kind: 'refused', status: 201, reason: 'it went to the failure store' });
  });

  test('an error of the store itself leaves in doubt whether the document is there', () => {
    expect(outcomeOf(503)?.isInDoubt).toBe(true);
    expect(outcomeOf(429)?.isInDoubt).toBe(false);
  });
});
