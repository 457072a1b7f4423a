import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { at, clientOf, each, jsonLines, serve } from '../unit/demo/client.ts';
import { createReplayEngine, recordedEngines } from './replay-engine.ts';

const file = (engine: string, path: string): Buffer => readFileSync(new URL(`${engine}/${path}`, import.meta.url));

test.each(recordedEngines())('%s is served byte for byte', async (engine) => {
  const get = clientOf(await serve(createReplayEngine(engine)));
  const pairs = {
    '/version': 'version.json',
    '/v1.41/info': 'info.json',
    '/containers/json?all=1': 'containers.json',
    '/containers/looper/json': 'inspect/looper.json',
    '/containers/shop-web-1/stats?stream=false&one-shot=true': 'stats/shop-web-1.json',
    '/containers/binary/logs?stdout=1&stderr=1&timestamps=1&tail=40': 'logs/binary.bin',
    '/events?since=1&until=9999999999': 'events.ndjson',
    '/system/df': 'system-df.json',
  };
  for (const [path, recorded] of Object.entries(pairs)) {
    expect((await get(path)).body.equals(file(engine, recorded)), path).toBe(true);
  }
});

test.each(recordedEngines())(
  '%s gives the status of its recorded logs, and 404 for what it has not',
  async (engine) => {
    const get = clientOf(await serve(createReplayEngine(engine)));
    expect((await get('/containers/nolog/logs?stdout=1')).status).toBe(501);
    expect((await get('/containers/gone/json')).json).toEqual({ message: 'No such container: gone' });
  },
);

test('its clock stands at the time of the recording', async () => {
  const get = clientOf(await serve(createReplayEngine('engine-28.5-cgroup2')));
  expect((await get('/_ping')).headers).toMatchObject({ 'api-version': '1.51', date: 'Sat, 21 Nov 2026 00:47:49 GMT' });
});

test('shorter answers are cut from the recording', async () => {
  const get = clientOf(await serve(createReplayEngine('engine-28.5-cgroup2')));
  const states = new Set(each((await get('/containers/json')).json, 'State'));
  expect(states).toEqual(new Set(['running', 'paused', 'restarting']));
  expect(each((await get('/containers/json?limit=2')).json, 'Names', 0)).toEqual(['/renamed-after', '/dotted']);
  const span = jsonLines((await get('/events?since=1795221936.336013047&until=1795221936.626364264')).body);
  expect(each(span, 'Action')).toEqual(['create', 'create', 'create']);
  const named = (await get('/containers/hostnet/stats?stream=false')).json;
  expect(at(named, 'name')).toBe('/hostnet');
});
