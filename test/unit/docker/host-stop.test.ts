import { expect, test, vi } from 'vitest';
import { serveEngine } from '../demo/client.ts';
import { watch, watchSimulated } from './host-bed.ts';

const count = (kind: string) => process.getActiveResourcesInfo().filter((it) => it === kind).length;

/** Sockets of both ends, and timers that keep a process alive, are no more than before. */
function expectNothingLeft(before: { readonly sockets: number; readonly timers: number }): Promise<void> {
  return vi
    .waitFor(() => expect(count('PipeWrap')).toBeLessThanOrEqual(before.sockets))
    .then(() => expect(count('Timeout')).toBeLessThanOrEqual(before.timers));
}

const resources = () => ({ sockets: count('PipeWrap'), timers: count('Timeout') });

async function expectStopsAtOnce(stop: () => Promise<void>) {
  const startMs = performance.now();
  await stop();
  expect(performance.now() - startMs).toBeLessThan(1500);
}

test.each(['/_ping', '/version', '/info', '/events', '/containers/json', '/json'])(
  'a host whose call to %s hangs stops at once, and leaves nothing behind',
  async (path) => {
    const { engine, socketPath } = await serveEngine();
    engine.run({ name: 'web' });
    engine.faults.add({ match: ({ path: called }) => called.endsWith(path), kind: 'hang' });
    const before = resources();
    const { host } = watch({ url: `unix://${socketPath}` });
    await vi.waitFor(() => expect(engine.calls.some((call) => call.path.endsWith(path))).toBe(true));
    await expectStopsAtOnce(() => host.stop());
    await expectNothingLeft(before);
  },
);

test('a host that is up stops at once, and leaves nothing behind', async () => {
  const { engine, socketPath } = await serveEngine();
  engine.run({ name: 'web' });
  const before = resources();
  const { host, up, scrape } = watch({ url: `unix://${socketPath}` });
  await up();
  await scrape();
  await expectStopsAtOnce(() => host.stop());
  await expectNothingLeft(before);
});

test('a host that waits to connect again stops at once', async () => {
  const { host, log } = watch({ url: 'unix:///nowhere/docker.sock' });
  await host.attempted;
  await expectStopsAtOnce(() => host.stop());
  expect(log.filter(({ msg }) => msg === 'engine down')).toHaveLength(1);
});

test('a scrape that is under way ends with the host, which is not called down', async () => {
  const { engine, host, scrape, log } = await watchSimulated((it) => it.run({ name: 'web' }));
  engine.faults.add({ match: { path: /_ping|stats/ }, kind: 'hang' });
  const scraping = scrape();
  await vi.waitFor(() => expect(engine.calls.filter(({ path }) => path === '/_ping').length).toBeGreaterThan(2));
  await expectStopsAtOnce(() => host.stop());
  expect((await scraping).containers).toEqual([]);
  expect(log.map(({ msg }) => msg)).toEqual(['engine up']);
});

test('a host that was stopped asks its engine for nothing more', async () => {
  const { engine, host } = await watchSimulated((it) => it.run({ name: 'web' }));
  await host.stop();
  engine.forgetCalls();
  engine.pause('web');
  // That nothing comes has no condition to wait for: an inspect would be there within milliseconds.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(engine.calls).toEqual([]);
});
