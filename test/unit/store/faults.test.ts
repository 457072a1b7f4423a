import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../bed/wait-for.ts';
import { openCaseStore, summarise } from '../../store/cases/case-store.ts';
import { type SimulatedStore, type SimulatedStoreOptions, startSimulatedStore } from '../../store/index.ts';

const target = 'plain';
const at = { '@timestamp': '2026-01-01' };
const start = async (options: SimulatedStoreOptions = {}): Promise<SimulatedStore> => {
  const store = await startSimulatedStore(options);
  onTestFinished(store.stop);
  return store;
};
const write = (store: SimulatedStore, ...ids: readonly string[]) =>
  openCaseStore(store.url, 'elasticsearch-8').bulk(target, ...ids.flatMap((_id) => [{ create: { _id } }, at]));
const held = (store: SimulatedStore) => store.documents().map(({ id }) => id);
const outcome = (sent: Promise<string>) => sent.catch(() => 'no answer');

test('a status strikes so many requests, stores nothing of them, and brings its headers', async () => {
  const store = await start();
  const fault = store.fail({ kind: 'status', status: 429, headers: { 'retry-after': '7' } }, { times: 1 });
  const { send } = openCaseStore(store.url, 'elasticsearch-8');
  const answer = await send({ method: 'POST', path: '/_bulk', body: '', headers: {} });
  expect([summarise(answer), answer.headers.get('retry-after')]).toEqual(['429 es_rejected_execution_exception', '7']);
  expect(fault.hits()).toBe(1);
  expect(await write(store, 'a')).toBe('200: 201');
  expect(held(store)).toEqual(['a']);
});

test('items are struck one by one, the others stored', async () => {
  const store = await start();
  const fault = store.fail({ kind: 'items', status: 503, only: ({ id }) => id === 'b' });
  expect(await write(store, 'a', 'b', 'c')).toBe('200: 201, 503 unavailable_shards_exception, 201');
  fault.heal();
  expect(await write(store, 'a', 'b')).toBe('200: 409 version_conflict_engine_exception, 201');
  expect(held(store)).toEqual(['a', 'c', 'b']);
});

test('a reset before anything is stored leaves nothing, one after it all, one within the answer all', async () => {
  const store = await start();
  store.fail({ kind: 'reset', when: 'before' }, { times: 1 });
  expect(await outcome(write(store, 'a'))).toBe('no answer');
  expect(held(store)).toEqual([]);
  store.fail({ kind: 'reset', when: 'after' }, { times: 1 });
  expect(await outcome(write(store, 'a'))).toBe('no answer');
  expect(held(store)).toEqual(['a']);
  store.fail({ kind: 'reset', when: 'within-answer' }, { times: 1 });
  expect(await outcome(write(store, 'b'))).toBe('no answer');
  expect(held(store)).toEqual(['a', 'b']);
});

test('what hangs after it is stored is answered when it is healed, also beside other requests', async () => {
  const store = await start();
  const fault = store.fail({ kind: 'hang', when: 'after' }, { times: 1 });
  const hanging = write(store, 'a');
  await waitFor('a stored document', () => held(store).length === 1);
  expect(await write(store, 'b')).toBe('200: 201');
  expect(store.requests().map(({ ids, status }) => [ids, status()])).toEqual([
    [['a'], undefined],
    [['b'], 200],
  ]);
  fault.heal();
  expect(await hanging).toBe('200: 201');
});

test('what hangs before it is stored is stored all the same when its client has gone', async () => {
  const store = await start();
  const fault = store.fail({ kind: 'hang', when: 'before' });
  const leaving = new AbortController();
  const headers = { 'content-type': 'application/x-ndjson' };
  const body = '{"create":{"_id":"late"}}\n{}\n';
  const left = fetch(`${store.url}/plain/_bulk`, { method: 'POST', headers, body, signal: leaving.signal });
  await waitFor('the request', () => fault.hits() === 1);
  leaving.abort();
  await expect(left).rejects.toThrow();
  expect(held(store)).toEqual([]);
  fault.heal();
  await waitFor('the document', () => held(store).length === 1);
});

test("a proxy's page comes with 200, without the product's header, and stores nothing", async () => {
  const store = await start();
  store.fail({ kind: 'page' });
  const { send } = openCaseStore(store.url, 'elasticsearch-8');
  const { status, text, headers } = await send({ method: 'POST', path: '/_bulk', body: '{"create":{}}\n{}\n' });
  expect([status, headers.get('content-type'), headers.get('x-elastic-product')]).toEqual([200, 'text/html', null]);
  expect(text).toMatch(/^<!doctype html>/);
  expect(store.documents()).toEqual([]);
});

test('a failure store takes what is unfit, where the template says so or a fault does', async () => {
  const store = await start({ flavour: 'elasticsearch-9' });
  const { ask, bulk } = openCaseStore(store.url, 'elasticsearch-9');
  const template = { data_stream_options: { failure_store: { enabled: true } } };
  await ask('PUT', '/_index_template/kept', { index_patterns: ['kept-*'], data_stream: {}, template });
  expect(await bulk('kept-a', { create: { _id: 'x' } }, { n: 1 }, { create: { _id: 'y' } }, at)).toBe(
    '200: 201 failure_store used, 201',
  );
  store.fail({ kind: 'failure-store' });
  expect(await bulk('kept-a', { create: { _id: 'z' } }, at)).toBe('200: 201 failure_store used');
  expect(held(store)).toEqual(['y']);
  expect(store.documents('.fs-*')).toHaveLength(2);
});

test('it is down and up again on the same port, with what it held', async () => {
  const store = await start();
  expect(await write(store, 'a')).toBe('200: 201');
  await store.down();
  expect(await outcome(write(store, 'b'))).toBe('no answer');
  await store.up();
  // A connection that was kept may still be tried first.
  expect(await waitFor('an answer', () => write(store, 'a'))).toBe('200: 409 version_conflict_engine_exception');
  expect(held(store)).toEqual(['a']);
});

test('a search does not find what is younger than a second, unless it is refreshed', async () => {
  const store = await start();
  const { send, ask } = openCaseStore(store.url, 'elasticsearch-8');
  const count = async () => (await send({ method: 'GET', path: '/plain/_count?filter_path=count' })).text;
  await write(store, 'a');
  expect(await count()).toBe('{"count":0}');
  expect(await ask('POST', '/plain/_refresh')).toBe('200');
  expect(await count()).toBe('{"count":1}');
  await write(store, 'b');
  await waitFor('the second', async () => (await count()) === '{"count":2}');
});
