import { expect, onTestFinished, test, vi } from 'vitest';
import { createSimulatedEngine } from '../../../exporter/demo/engine.ts';
import { FLAVOURS } from '../../../exporter/demo/flavour.ts';
import { temporaryFolder } from '../config/temporary-folder.ts';
import { messages, namesOf, sampled, watch, watchSimulated } from './host-bed.ts';

const EVERYTHING = { path: /./ };

test('an engine that is exchanged for another is told as what it is now, with its own containers', async () => {
  const socketPath = `${temporaryFolder()}/docker.sock`;
  const old = createSimulatedEngine({ flavour: FLAVOURS['28.5'] });
  await old.listen({ socketPath });
  old.run({ name: 'old' });
  const { scrape, up } = watch({ url: `unix://${socketPath}` });
  await up();
  await old.close();
  const exchanged = createSimulatedEngine({ flavour: FLAVOURS['20.10'] });
  onTestFinished(() => exchanged.close());
  exchanged.run({ name: 'new' });
  await exchanged.listen({ socketPath });
  await vi.waitFor(async () => expect(namesOf(await scrape())).toEqual(['new']), { timeout: 8000 });
  expect((await scrape()).engine).toMatchObject({ version: '20.10.24', apiVersion: '1.41' });
});

test('trap 32: a stream that a proxy cuts is opened again without the host going down', async () => {
  const { engine, host, scrape, log, events } = await watchSimulated((it) => it.run({ name: 'web' }));
  const phases = new Set<string>();
  const timer = setInterval(() => phases.add(host.status().phase), 1);
  onTestFinished(() => clearInterval(timer));
  engine.dropConnections();
  engine.pause('web');
  await vi.waitFor(async () => expect((await scrape()).events).toMatchObject({ up: true, totals: { reconnects: 1 } }), {
    timeout: 4000,
  });
  expect([...phases]).toEqual(['up']);
  expect(messages(log)).not.toContain('engine down');
  await vi.waitFor(async () => expect((await scrape()).containers[0]?.facts?.state).toBe('paused'));
  expect(events.map(({ action }) => action)).toContain('pause');
  expect((await scrape()).events.totals?.gaps).toBe(0);
});

test('R9: what happened while the engine began anew is found by a list, and told as a gap', async () => {
  const { engine, scrape, log, up } = await watchSimulated((it) => {
    it.run({ name: 'web' });
    it.run({ name: 'db' });
  });
  engine.restartDaemon(() => {
    engine.stop('web');
    engine.destroy('db');
    engine.run({ name: 'cache' });
  });
  await vi.waitFor(async () => expect((await scrape()).events.totals?.gaps).toBe(1), { timeout: 5000 });
  await up();
  await vi.waitFor(async () => {
    const { containers } = await scrape();
    expect(containers.map(({ identity, facts }) => `${identity.name} ${facts?.state}`)).toEqual([
      'cache running',
      'web exited',
    ]);
  });
  expect(messages(log)).toContain('events may be lost: reading the whole inventory again');
});

test('an engine that hangs costs one deadline, then nothing, and is up again by itself', async () => {
  const { engine, scrape, up, log } = await watchSimulated((it) => it.run({ name: 'web' }), { timeoutMs: 300 });
  const unfreeze = engine.faults.add({ match: EVERYTHING, kind: 'hang' });
  const first = await scrape();
  expect(first).toMatchObject({ outcome: { ok: false, reason: 'timeout' }, containers: [] });
  expect(first).not.toHaveProperty('containerCounts');
  expect(first.engine).toMatchObject({ version: '28.5.2' });
  const startMs = performance.now();
  for (let again = 0; again < 10; again++) expect((await scrape()).outcome).toEqual({ ok: false, reason: 'timeout' });
  expect(performance.now() - startMs).toBeLessThan(250);
  unfreeze();
  await up();
  expect(sampled(await scrape())).toEqual(['web']);
  expect(messages(log)).toEqual(['engine up', 'engine down', 'engine up']);
});

test('R9: a gap is not forgotten when the connection breaks before it is known to be one', async () => {
  const { engine, scrape } = await watchSimulated((it) => {
    it.run({ name: 'web' });
    it.run({ name: 'db' });
  });
  const streams = () => engine.calls.filter(({ path }) => path === '/events').length;
  engine.restartDaemon(() => engine.destroy('db'));
  engine.pause('web');
  await vi.waitFor(() => expect(streams()).toBe(2), { timeout: 4000 });
  await vi.waitFor(async () => expect((await scrape()).containers[1]?.facts?.state).toBe('paused'));
  engine.dropConnections();
  await vi.waitFor(() => expect(streams()).toBe(3), { timeout: 6000 });
  await vi.waitFor(async () => expect(namesOf(await scrape())).toEqual(['web']), { timeout: 3000 });
});
