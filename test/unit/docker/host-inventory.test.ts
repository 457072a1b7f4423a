import { expect, test, vi } from 'vitest';
import type { HostSnapshot } from '../../../exporter/model/world.ts';
import { serveEngine } from '../demo/client.ts';
import { namesOf, sampled, watch, watchSimulated } from './host-bed.ts';

const statesOf = ({ containers }: HostSnapshot) =>
  Object.fromEntries(containers.map(({ identity, facts }) => [identity.name, facts?.state]));
const idsOf = ({ containers }: HostSnapshot) =>
  Object.fromEntries(containers.map(({ identity }) => [identity.name, identity.id]));

test('what happens to a container shows in the next scrape', async () => {
  const { engine, scrape } = await watchSimulated((it) => it.run({ name: 'web', restart: { policy: 'always' } }));
  const shows = (state: string | undefined) =>
    vi.waitFor(async () => expect(statesOf(await scrape())).toEqual(state === undefined ? {} : { web: state }));
  await shows('running');
  engine.pause('web');
  await shows('paused');
  engine.unpause('web');
  await shows('running');
  engine.die('web', 3);
  await shows('restarting');
  engine.stop('web');
  await shows('exited');
  engine.start('web');
  await shows('running');
  engine.destroy('web');
  await shows(undefined);
});

test('a rename is a new identity of the same container', async () => {
  const { engine, scrape } = await watchSimulated((it) => it.run({ name: 'web' }));
  const before = await scrape();
  engine.rename('web', 'shop');
  await vi.waitFor(async () => expect(idsOf(await scrape())).toEqual({ shop: before.containers[0]?.identity.id }));
});

test('R16: names that are swapped are swapped', async () => {
  const { engine, scrape } = await watchSimulated((it) => {
    it.run({ name: 'blue' });
    it.run({ name: 'green' });
  });
  const { blue = '', green = '' } = idsOf(await scrape());
  engine.rename('blue', 'swap');
  engine.rename('green', 'blue');
  engine.rename('swap', 'green');
  await vi.waitFor(async () => expect(idsOf(await scrape())).toEqual({ blue: green, green: blue }));
});

test('trap 14: a recreated container takes over the name of the old one', async () => {
  const { engine, scrape } = await watchSimulated((it) => it.run({ name: 'web' }));
  engine.rename('web', '0123456789ab_web');
  engine.stop('0123456789ab_web');
  const id = engine.run({ name: 'web' });
  engine.destroy('0123456789ab_web');
  await vi.waitFor(async () => expect(idsOf(await scrape())).toEqual({ web: id }));
});

test('R43: an identity is the same object until a name or label changes, however often it is inspected', async () => {
  const { engine, scrape } = await watchSimulated((it) => it.run({ name: 'web', limits: { memoryBytes: 1e8 } }));
  const [before] = (await scrape()).containers;
  engine.update('web', { memoryBytes: 2e8 });
  await vi.waitFor(async () => {
    const [after] = (await scrape()).containers;
    expect(after?.facts?.limits.memoryBytes).toBe(2e8);
    expect(after?.identity).toBe(before?.identity);
  });
  engine.rename('web', 'shop');
  await vi.waitFor(async () => expect((await scrape()).containers[0]?.identity).not.toBe(before?.identity));
});

test('R40: a container that cannot be inspected is left out, all others are there', async () => {
  const { engine, socketPath } = await serveEngine();
  for (const name of ['a', 'wedged', 'c']) engine.run({ name });
  const wedged = engine.container('wedged').id;
  engine.faults.add({ match: { path: new RegExp(`${wedged}/json$`) }, kind: 'hang' });
  const { up, scrape } = watch({ url: `unix://${socketPath}` }, { timeoutMs: 300 });
  await up();
  const snapshot = await scrape();
  expect(snapshot.outcome).toEqual({ ok: true });
  expect(sampled(snapshot)).toEqual(['a', 'c']);
  engine.faults.clear();
  await vi.waitFor(async () => expect(sampled(await scrape())).toEqual(['a', 'c', 'wedged']), { timeout: 4000 });
});

test('R41: at the start there is one complete list, and an inspect of each', async () => {
  const { engine } = await watchSimulated((it) => {
    for (let at = 0; at < 30; at++) it.run({ name: `c${at}` });
    it.clock.step(2);
  });
  const paths = engine.calls.map(({ path, query }) => `${path.replace(/[0-9a-f]{64}/, 'ID')} ${query}`);
  expect(paths.filter((path) => path.startsWith('/containers/json'))).toEqual(['/containers/json all=1']);
  expect(paths.filter((path) => path.startsWith('/containers/ID/json'))).toHaveLength(30);
  expect(paths.filter((path) => path.startsWith('/info'))).toHaveLength(1);
  expect(paths.filter((path) => path.startsWith('/images'))).toEqual([]);
});

test('R44: 100 containers that start together cost at most three inspects each', async () => {
  const { engine, scrape } = await watchSimulated();
  engine.forgetCalls();
  for (let at = 0; at < 100; at++) engine.run({ name: `c${at}` });
  await vi.waitFor(async () => expect(sampled(await scrape())).toHaveLength(100), { timeout: 8000 });
  const inspects = engine.calls.filter(({ path }) => path.endsWith('/json'));
  expect(inspects.length).toBeLessThanOrEqual(300);
  expect(namesOf(await scrape())).toHaveLength(100);
});

test('events are handed on once each, without what was executed', async () => {
  const { engine, events } = await watchSimulated((it) => {
    it.run({ name: 'web' });
    it.clock.step(5);
  });
  engine.exec('web', { command: 'login --password hunter2', exitCode: 1 });
  engine.pause('web');
  await vi.waitFor(() =>
    expect(events.map(({ action }) => action)).toEqual(['exec_create', 'exec_start', 'exec_die', 'pause']),
  );
  expect(JSON.stringify(events)).not.toContain('hunter2');
});
