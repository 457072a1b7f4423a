import { expect, test } from 'vitest';
import type { SimulatedEngine } from '../../../exporter/demo/engine.ts';
import { FLAVOURS } from '../../../exporter/demo/flavour.ts';
import { at, type Get, pastEvents, serveEngine } from './client.ts';

const healthcheck = { command: 'true', intervalSeconds: 5, retries: 2 };

/** What happened so far, as `type action`. */
async function happened(engine: SimulatedEngine, get: Get): Promise<readonly string[]> {
  const events = await pastEvents(engine, get);
  return events.map((event) => `${String(at(event, 'Type'))} ${String(at(event, 'Action'))}`);
}

async function stateOf(get: Get, name: string): Promise<unknown> {
  return at((await get(`/containers/${name}/json`)).json, 'State');
}

test('R13: engine 28.5 tells of a stop before the end, 20.10 after it', async () => {
  const sequences = await Promise.all(
    (['28.5', '20.10'] as const).map(async (name) => {
      const { engine, get } = await serveEngine({ flavour: FLAVOURS[name] });
      engine.run({ name: 'web' });
      engine.restartDaemon();
      engine.stop('web', 137);
      return happened(engine, get);
    }),
  );
  expect(sequences).toEqual([
    ['container kill', 'container kill', 'network disconnect', 'container stop', 'container die'],
    ['container kill', 'container kill', 'container die', 'network disconnect', 'container stop'],
  ]);
});

test('a restart is a stop, a start and a word about both', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web', volumes: { data: '/data' } });
  engine.restartDaemon();
  engine.restart('web');
  expect(await happened(engine, get)).toEqual([
    'container kill',
    'network disconnect',
    'volume unmount',
    'container stop',
    'container die',
    'volume mount',
    'network connect',
    'container start',
    'container restart',
  ]);
});

test('trap 4: the policy counts restarts, a start by hand sets the count back', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'looping', restart: { policy: 'always' } });
  const count = async (): Promise<unknown> => at((await get('/containers/looping/json')).json, 'RestartCount');
  for (let turn = 0; turn < 3; turn += 1) {
    engine.die('looping', 1);
    engine.start('looping');
  }
  expect(await count()).toBe(3);
  engine.restart('looping');
  expect(await count()).toBe(0);
});

test('a container gives up when its policy allows no more restarts', async () => {
  const { engine } = await serveEngine();
  engine.run({ name: 'flapper', restart: { policy: 'on-failure', maximumRetries: 2 } });
  const seen = [1, 2, 3].map(() => {
    engine.die('flapper', 1);
    const { status } = engine.container('flapper');
    engine.start('flapper');
    return status;
  });
  expect(seen).toEqual(['restarting', 'restarting', 'exited']);
});

test('no policy restarts what somebody stopped or killed', async () => {
  const { engine } = await serveEngine();
  engine.run({ name: 'stopped', restart: { policy: 'always' } });
  engine.run({ name: 'killed', restart: { policy: 'always' } });
  engine.stop('stopped');
  engine.kill('killed');
  expect(engine.containers().map(({ status, exitCode }) => [status, exitCode])).toEqual([
    ['exited', 0],
    ['exited', 137],
  ]);
});

test('SIGHUP is told and ends nothing', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web' });
  engine.kill('web', 1);
  expect((await happened(engine, get)).at(-1)).toBe('container kill');
  expect(engine.container('web').status).toBe('running');
});

test('trap 5: the OOM flag is gone with the next start', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web' });
  engine.oom('web');
  expect(await stateOf(get, 'web')).toMatchObject({ Status: 'exited', OOMKilled: true, ExitCode: 137 });
  engine.start('web');
  expect(await stateOf(get, 'web')).toMatchObject({ Status: 'running', OOMKilled: false, ExitCode: 0 });
});

test('trap 18: health is told only when it changes, and not at a start', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web', healthcheck });
  for (const exitCode of [0, 0, 1, 1, 1, 0]) engine.check('web', { exitCode, output: '' });
  engine.restart('web');
  const told = (await happened(engine, get)).filter((event) => event.includes('health_status'));
  expect(told).toEqual([
    'container health_status: healthy',
    'container health_status: unhealthy',
    'container health_status: healthy',
  ]);
  expect(at(await stateOf(get, 'web'), 'Health', 'Status')).toBe('starting');
});

test('R2: a stopped or paused container is called unhealthy, and no event says so', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web', healthcheck });
  engine.check('web', { exitCode: 0, output: 'ok\n' });
  engine.pause('web');
  expect(at(await stateOf(get, 'web'), 'Health', 'Status')).toBe('unhealthy');
  engine.unpause('web');
  engine.check('web', { exitCode: 0, output: 'ok\n' });
  engine.stop('web');
  expect(at(await stateOf(get, 'web'), 'Health', 'Status')).toBe('unhealthy');
  const told = (await happened(engine, get)).filter((event) => event.includes('health_status'));
  expect(told).toEqual(['container health_status: healthy', 'container health_status: healthy']);
});

test('a container that removes itself is gone with its end', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'job', autoRemove: true });
  engine.die('job', 0);
  expect((await get('/containers/job/json')).status).toBe(404);
  expect((await happened(engine, get)).slice(-2)).toEqual(['container die', 'container destroy']);
});

test('two containers can swap their names', async () => {
  const { engine, get } = await serveEngine();
  const [blue, green] = [engine.run({ name: 'blue' }), engine.run({ name: 'green' })];
  engine.rename(blue, 'aside');
  engine.rename(green, 'blue');
  engine.rename(blue, 'green');
  expect(at((await get('/containers/blue/json')).json, 'Id')).toBe(green);
  expect(at((await get('/containers/green/json')).json, 'Id')).toBe(blue);
});

test('a name that is in use is refused', async () => {
  const { engine } = await serveEngine();
  engine.run({ name: 'web' });
  expect(() => engine.run({ name: 'web' })).toThrow('the name web is in use');
});

test('after a restart of the daemon its events are forgotten, and those of meanwhile were never told', async () => {
  const { engine, get } = await serveEngine();
  engine.run({ name: 'web' });
  const open = get('/events');
  open.catch(() => undefined);
  await expect.poll(() => engine.calls.length).toBe(1);
  engine.restartDaemon(() => engine.die('web', 3));
  await expect(open).rejects.toThrow();
  expect(await happened(engine, get)).toEqual([]);
  expect(engine.container('web')).toMatchObject({ status: 'exited', exitCode: 3 });
});
