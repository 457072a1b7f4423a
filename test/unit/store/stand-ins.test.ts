import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../bed/wait-for.ts';
import { startSimulatedKibana } from '../../store/kibana.ts';
import { type SimulatedLogstashOptions, startSimulatedLogstash } from '../../store/logstash.ts';

const startLogstash = async (options: SimulatedLogstashOptions = {}) => {
  const logstash = await startSimulatedLogstash(options);
  onTestFinished(logstash.stop);
  const send = async (
    body: string,
    headers: Readonly<Record<string, string>> = { 'content-type': 'application/x-ndjson' },
  ) => (await fetch(logstash.url, { method: 'POST', body, headers })).status;
  return { logstash, send };
};
const XSRF: Readonly<Record<string, string>> = { 'kbn-xsrf': 'true' };
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `{"n":${from + index}}\n`).join('');

test('Logstash takes line after line, of application/json only the first', async () => {
  const { logstash, send } = await startLogstash();
  expect(await send(lines(0, 3))).toBe(200);
  expect(await send(lines(10, 13), { 'content-type': 'application/json' })).toBe(200);
  expect(logstash.events().map(({ n }) => n)).toEqual([0, 1, 2, 10]);
});

test('Logstash answers 200 for about a thousand events while nothing flows, then hangs, then says 429', async () => {
  const { logstash, send } = await startLogstash({ pendingRequests: 2 });
  logstash.stall();
  expect(await send(lines(0, 1_000))).toBe(200);
  const hanging = [send(lines(1_000, 1_001)), send(lines(1_001, 1_002))];
  await waitFor('both to wait', () => logstash.statuses().length === 3);
  expect(logstash.statuses()).toEqual([200, undefined, undefined]);
  expect(await send(lines(2_000, 2_001))).toBe(429);
  logstash.flow();
  expect(await Promise.all(hanging)).toEqual([200, 200]);
  expect(logstash.events()).toHaveLength(1_002);
});

test('Logstash takes what is no JSON, or has a text for a host, as a failed line; a bad time is replaced', async () => {
  const { logstash, send } = await startLogstash();
  await send('no json\n{"host":"web-1"}\n{"host":{"name":"web-1"},"@timestamp":"yesterday"}\n');
  expect(logstash.events().map(({ tags }) => tags)).toEqual([
    ['_jsonparsefailure'],
    ['_jsonparsefailure'],
    ['_timestampparsefailure'],
  ]);
  expect(logstash.events()[2]).toMatchObject({ '_@timestamp': 'yesterday', host: { name: 'web-1' } });
});

test('Logstash lets in whoever has the password', async () => {
  const { logstash, send } = await startLogstash({ users: { harborlight: 'pass' } });
  const authorization = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  expect(await send(lines(0, 1))).toBe(401);
  expect(await send(lines(0, 1), { authorization: authorization('harborlight:other') })).toBe(401);
  expect(await send(lines(0, 1), { authorization: authorization('harborlight:pass') })).toBe(200);
  expect(logstash.events()).toHaveLength(1);
});

test('Kibana imports objects, keeps those that are there unless it may overwrite, and misses references', async () => {
  const kibana = await startSimulatedKibana();
  onTestFinished(kibana.stop);
  const importFile = async (objects: readonly object[], { query = '', headers = XSRF, name = 'x.ndjson' } = {}) => {
    const form = new FormData();
    form.set('file', new Blob([objects.map((object) => JSON.stringify(object)).join('\n')]), name);
    const response = await fetch(`${kibana.url}/s/team/api/saved_objects/_import${query}`, {
      method: 'POST',
      body: form,
      headers,
    });
    return { status: response.status, body: await response.json() };
  };
  const view = { type: 'index-pattern', id: 'v', attributes: { title: 'logs-*' }, references: [] };
  const board = {
    type: 'dashboard',
    id: 'd',
    attributes: {},
    references: [{ type: 'index-pattern', id: 'gone', name: 'r' }],
  };
  expect(await importFile([view])).toMatchObject({ status: 200, body: { success: true, successCount: 1 } });
  expect(await importFile([view])).toMatchObject({
    body: { success: false, errors: [{ id: 'v', error: { type: 'conflict' } }] },
  });
  expect(await importFile([view], { query: '?overwrite=true' })).toMatchObject({ body: { success: true } });
  expect(await importFile([board])).toMatchObject({
    body: { success: false, errors: [{ error: { type: 'missing_references' } }] },
  });
  expect(await importFile([view], { headers: {} })).toMatchObject({ status: 400 });
  expect(await importFile([view], { name: 'x.json' })).toMatchObject({ status: 400 });
  expect(kibana.objects().map(({ id }) => id)).toEqual(['v']);
  kibana.setLevel('unavailable');
  expect((await fetch(`${kibana.url}/api/status`)).status).toBe(503);
});
