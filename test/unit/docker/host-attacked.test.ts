import { expect, test, vi } from 'vitest';
import { createApiServer } from '../../../exporter/demo/http/server.ts';
import { serve, serveEngine } from '../demo/client.ts';
import { messages, namesOf, sampled, watch, watchSimulated } from './host-bed.ts';

const PING = { path: /_ping$/ };
const inspectOf = (name: string, ids: ReadonlyMap<string, string>) => ({
  path: new RegExp(`/containers/${ids.get(name) ?? '-'}/json$`),
});

test('a refusal of the event stream that does not end is given up, and takes nothing with it', async () => {
  const page = 'x'.repeat(65_536);
  let sent = 0;
  async function* endless() {
    for (;;) {
      sent += page.length;
      yield page;
      await new Promise(setImmediate);
    }
  }
  const { engine, socketPath } = await serveEngine();
  engine.faults.add({ match: { path: /events$/ }, kind: 'status', status: 500, body: page });
  const real = watch({ url: `unix://${socketPath}` });
  await real.host.attempted;
  expect(real.host.status()).toMatchObject({ phase: 'down', reason: 'internal' });
  const liar = createApiServer({
    answer: ({ path }) =>
      path === '/events'
        ? { status: 500, headers: {}, body: endless() }
        : { status: 200, headers: { 'Api-Version': '1.51' }, body: '{}' },
    nowMs: Date.now,
  });
  const { host } = watch({ url: `unix://${await serve(liar)}` });
  await host.attempted;
  expect(host.status()).toMatchObject({ phase: 'down', reason: 'internal' });
  expect(sent).toBeLessThan(2 ** 24);
});

test('R40: twenty containers whose inspect hangs do not keep eighty others from being shown', async () => {
  const { engine, socketPath } = await serveEngine();
  const ids = Array.from({ length: 100 }, (_, at) => engine.run({ name: `web-${String(at).padStart(3, '0')}` }));
  const hanging = new Set(ids.slice(0, 20));
  engine.faults.add({
    match: ({ path }) => hanging.has(/^\/containers\/(\w+)\/json$/.exec(path)?.[1] ?? ''),
    kind: 'hang',
  });
  const watched = watch({ url: `unix://${socketPath}` });
  const startMs = performance.now();
  await watched.up();
  expect(performance.now() - startMs).toBeLessThan(5000);
  const shown = await watched.scrape();
  expect(shown.outcome).toEqual({ ok: true });
  expect(sampled(shown)).toHaveLength(80);
});

test('what an inspect can not say is said once, and what an event has overtaken is not shown', async () => {
  const ids = new Map<string, string>();
  const { engine, scrape, log, calls } = await watchSimulated((simulated) => {
    ids.set('web', simulated.run({ name: 'web' }));
  });
  engine.faults.add({ match: inspectOf('web', ids), kind: 'status', status: 200, body: '{"Id":"web"}' });
  engine.die('web', 3);
  await vi.waitFor(async () => expect(namesOf(await scrape())).toEqual([]));
  expect(calls).toContainEqual(expect.objectContaining({ endpoint: 'inspect', failure: 'protocol' }));
  expect(messages(log).filter((message) => message === 'container not inspected')).toHaveLength(1);
  engine.faults.clear();
  await vi.waitFor(async () => expect(namesOf(await scrape())).toEqual(['web']), { timeout: 5000 });
});

test('a scrape with less time than the engine takes goes without it, and takes it down for nobody', async () => {
  const { engine, host, scrape } = await watchSimulated((simulated) => void simulated.run({ name: 'web' }));
  engine.faults.add({ match: PING, kind: 'delay', seconds: 0.4 });
  const [hurried, patient] = await Promise.all([scrape(100), scrape(5000)]);
  expect(hurried.outcome).toEqual({ ok: false, reason: 'timeout' });
  expect(sampled(patient)).toEqual(['web']);
  expect(host.status().phase).toBe('up');
});

test('one ping whose connection breaks is tried again', async () => {
  const { engine, scrape } = await watchSimulated((simulated) => void simulated.run({ name: 'web' }));
  engine.faults.add({ match: PING, kind: 'reset', times: 1 });
  expect((await scrape()).outcome).toEqual({ ok: true });
  engine.faults.add({ match: PING, kind: 'reset', times: 2 });
  expect((await scrape()).outcome).toEqual({ ok: false, reason: 'unreachable' });
});

test('events that are no events are told once a connection', async () => {
  const { engine, log } = await watchSimulated((simulated) => void simulated.run({ name: 'web' }));
  for (let at = 0; at < 50; at++) engine.emit({ type: 'container', action: 'start', actorId: 'web', attributes: {} });
  const malformed = engine.faults.add({ match: { path: /events$/ }, kind: 'malformed' });
  engine.dropConnections();
  await vi.waitFor(
    () => expect(messages(log).some((message) => String(message).startsWith('event not understood'))).toBe(true),
    { timeout: 5000 },
  );
  malformed();
  const told = messages(log).filter((message) => String(message).startsWith('event not understood'));
  expect(told.length).toBeLessThan(5);
});

test('a host that is stopped while it is read is neither up nor down', async () => {
  const { engine, host, scrape, failures } = await watchSimulated((simulated) => void simulated.run({ name: 'web' }));
  engine.faults.add({ match: { path: /stats$/ }, kind: 'hang' });
  const reading = scrape();
  await vi.waitFor(() => expect(engine.calls.some(({ path }) => path.endsWith('/stats'))).toBe(true));
  await host.stop();
  expect((await reading).outcome).toEqual({ ok: false });
  expect(failures).toEqual([]);
});
