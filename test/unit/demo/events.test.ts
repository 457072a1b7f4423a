import { request } from 'node:http';
import { expect, test } from 'vitest';
import { FLAVOURS } from '../../../exporter/demo/flavour.ts';
import { at, each, jsonLines, pastEvents, serveEngine, standingTime, timeText } from './client.ts';

const filters = (value: object): string => `&filters=${encodeURIComponent(JSON.stringify(value))}`;

test('an event carries 19 digits of time and sorted attributes', async () => {
  const { engine, get } = await serveEngine();
  const id = engine.create({ name: 'web', image: 'shop/web:1', labels: { zone: 'a', a: 'b' } });
  const { body } = await get(`/events?since=1&until=${timeText(engine.clock.nowNano())}`);
  const line = body.toString().trim().split('\n').at(-1) ?? '';
  expect(line).toMatch(
    new RegExp(
      `^{"status":"create","id":"${id}","from":"shop/web:1","Type":"container","Action":"create",` +
        `"Actor":{"ID":"${id}","Attributes":{"a":"b","image":"shop/web:1","name":"web","zone":"a"}},` +
        '"scope":"local","time":(\\d{10}),"timeNano":\\1\\d{9}}$',
    ),
  );
});

test('from API 1.52 on status, id and from are gone', async () => {
  const { engine, get } = await serveEngine({ flavour: FLAVOURS['29.0'] });
  engine.create({ name: 'web' });
  const now = timeText(engine.clock.nowNano());
  const [old] = jsonLines((await get(`/v1.51/events?since=1&until=${now}`)).body);
  const [young] = jsonLines((await get(`/v1.52/events?since=1&until=${now}`)).body);
  expect(Object.keys(old as object).slice(0, 2)).toEqual(['status', 'id']);
  expect(Object.keys(young as object)).toEqual(['Type', 'Action', 'Actor', 'scope', 'time', 'timeNano']);
});

test('since and until are inclusive to the nanosecond', async () => {
  const time = standingTime();
  const { engine, get } = await serveEngine({ sourceNano: time.sourceNano });
  for (const name of ['one', 'two', 'three']) {
    time.pass(1e-9);
    engine.emit({ type: 'daemon', action: name, actorId: 'x', attributes: {} });
  }
  const now = engine.clock.nowNano();
  const between = async (since: bigint, until: bigint): Promise<readonly unknown[]> =>
    each(jsonLines((await get(`/events?since=${timeText(since)}&until=${timeText(until)}`)).body), 'Action');
  expect(await between(now - 1n, now)).toEqual(['two', 'three']);
  expect(await between(now - 2n, now - 1n)).toEqual(['one', 'two']);
});

test('the last 256 events of all types are kept', async () => {
  const { engine, get } = await serveEngine();
  engine.create({ name: 'web' });
  for (let count = 0; count < 255; count += 1) engine.exec('web', { command: 'true', exitCode: 0 });
  const events = await pastEvents(engine, get);
  expect(events).toHaveLength(256);
  expect(each(events, 'Action')).not.toContain('create');
});

test('R9: after a clock stepped back a replay ends at the first older event, and since=1 still gives all', async () => {
  const { engine, get } = await serveEngine();
  const emit = (action: string): void => engine.emit({ type: 'daemon', action, actorId: 'x', attributes: {} });
  emit('before');
  const cursor = timeText(engine.clock.nowNano());
  engine.clock.step(-3600);
  emit('after');
  const replayed = await get(`/events?since=${cursor}&until=${timeText(engine.clock.nowNano() + 10n ** 13n)}`, {
    signal: AbortSignal.timeout(300),
  }).catch(() => 'open, without an event');
  expect(replayed).toBe('open, without an event');
  engine.clock.step(3600);
  expect(each(await pastEvents(engine, get), 'Action')).toEqual(['before', 'after']);
});

test('the headers of a stream come before its first event', async () => {
  const { socketPath } = await serveEngine();
  const status = await new Promise<number | undefined>((resolve) => {
    const call = request({ socketPath, path: '/events', agent: false }, (response) => {
      resolve(response.statusCode);
      call.destroy();
    }).end();
  });
  expect(status).toBe(200);
});

test('without since a stream tells what happens next and nothing of before', async () => {
  const { engine, get } = await serveEngine();
  engine.create({ name: 'before' });
  const lines: string[] = [];
  const leave = new AbortController();
  const stream = get('/events', { signal: leave.signal, onData: (chunk) => lines.push(chunk.toString()) });
  stream.catch(() => undefined);
  await expect.poll(async () => at((await get('/info')).json, 'NEventsListener')).toBe(1);
  engine.create({ name: 'meanwhile' });
  await expect.poll(() => lines.length).toBe(1);
  leave.abort();
  expect(lines[0]).toContain('"name":"meanwhile"');
});

test('nothing is lost or doubled between the backlog and what happens next', async () => {
  const { engine, get } = await serveEngine();
  let count = 0;
  const timer = setInterval(() => {
    engine.emit({ type: 'daemon', action: String(count++), actorId: 'x', attributes: {} });
  }, 1);
  await expect.poll(() => count).toBeGreaterThan(20);
  const { body } = await get(`/events?since=1&until=${timeText(engine.clock.nowNano() + 200_000_000n)}`);
  clearInterval(timer);
  const seen = each(jsonLines(body), 'Action');
  expect(seen.length).toBeGreaterThan(40);
  expect(seen).toEqual(seen.map((_, index) => String(index)));
});

test('trap 15: a label spoofs what the engine says, but not image and name', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web', image: 'shop/web:1', labels: { exitCode: 'spoofed', name: 'spoofed' } });
  engine.die('web', 3);
  const [end] = await pastEvents(engine, get, filters({ event: ['die'] }));
  expect(at(end, 'Actor', 'Attributes')).toMatchObject({ exitCode: 'spoofed', name: 'web', image: 'shop/web:1' });
});

test('filters hold exactly, and as beginnings when one of them is health_status or exec', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web', labels: { tier: 'front' }, healthcheck: { command: 'x', intervalSeconds: 1, retries: 1 } });
  engine.run({ name: 'other' });
  engine.check('web', { exitCode: 0, output: '' });
  const actions = async (value: object): Promise<readonly unknown[]> =>
    each(await pastEvents(engine, get, filters(value)), 'Action');
  expect(await actions({ event: ['exec'] })).toEqual([]);
  expect(await actions({ event: ['health_status', 'exec_d'] })).toEqual(['exec_die', 'health_status: healthy']);
  expect(await actions({ type: ['container'], container: ['other'] })).toEqual(['create', 'start']);
  expect(await actions({ label: ['tier=front'], event: ['start'] })).toEqual(['start']);
  expect(await actions({ type: ['network'] })).toEqual(['connect', 'connect']);
});

test.each([
  ['since=abc', 500, 'strconv.ParseInt: parsing "abc": invalid syntax'],
  ['since=5&until=3', 400, '`since` time (5) cannot be after `until` time (3)'],
])('events refuse %s', async (query, expected, message) => {
  const { get } = await serveEngine();
  const { status, json } = await get(`/events?${query}`);
  expect([status, json]).toEqual([expected, { message }]);
});

test('a client that leaves is no listener any more', async () => {
  const { get } = await serveEngine();
  const leave = new AbortController();
  const stream = get('/events', { signal: leave.signal });
  stream.catch(() => undefined);
  const listeners = async (): Promise<unknown> => at((await get('/info')).json, 'NEventsListener');
  await expect.poll(listeners).toBe(1);
  leave.abort();
  await expect.poll(listeners).toBe(0);
});
