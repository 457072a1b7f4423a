import { describe, expect, test } from 'vitest';
import { createNetworkDrivers } from '../../../exporter/docker/network-drivers.ts';
import { viewOf, watchSimulated } from './host-bed.ts';

function createBed(driverOf: (id: string) => string | undefined) {
  const asked: string[] = [];
  let now = 0;
  const drivers = createNetworkDrivers({
    inspect: (id) => {
      asked.push(id);
      const driver = driverOf(id);
      return driver === undefined ? Promise.reject(new Error('refused')) : Promise.resolve(driver);
    },
    nowMs: () => now,
  });
  const ask = async (...ids: readonly string[]) => {
    drivers.ask(ids);
    await new Promise(setImmediate);
  };
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { drivers, asked, ask, pass };
}

describe('the drivers of networks', () => {
  test('each is asked for once', async () => {
    const { drivers, asked, ask, pass } = createBed(() => 'bridge');
    await ask('a', 'b', 'a');
    const known = drivers.known();
    pass(120_000);
    await ask();
    expect(asked).toEqual(['a', 'b']);
    expect([...known]).toEqual([
      ['a', 'bridge'],
      ['b', 'bridge'],
    ]);
    expect(drivers.known()).toBe(known);
  });

  test('one that the engine does not tell is asked for again a minute later', async () => {
    const answers: string[] = [];
    const { drivers, asked, ask, pass } = createBed(() => answers[0]);
    await ask('a');
    expect(drivers.known().get('a')).toBe('');
    answers.push('macvlan');
    await ask();
    expect(asked).toEqual(['a']);
    pass(60_000);
    await ask();
    expect(drivers.known().get('a')).toBe('macvlan');
  });

  test('however many networks come and go, a thousand are remembered', async () => {
    const { drivers, ask } = createBed(() => 'bridge');
    for (let round = 0; round < 12; round++) await ask(...Array.from({ length: 100 }, (_, at) => `${round}-${at}`));
    expect(drivers.known().size).toBe(1000);
    expect(drivers.known().has('11-99')).toBe(true);
  });
});

test('a host knows its containers, their addresses and what makes their networks, and nothing while it is down', async () => {
  const { host, engine } = await watchSimulated((it) => it.run({ name: 'web' }));
  const known = () => {
    const now = host.known(viewOf());
    if (now === undefined) throw new Error('nothing is known');
    return now;
  };
  const shown = known().shown.map(({ identity, container }) => ({ id: identity.id, container }));
  const networks = shown.flatMap(({ container }) => container.network.networks);
  expect(networks).toMatchObject([{ name: 'bridge', ipv4: expect.stringMatching(/^172\./) as unknown }]);
  for (const { id, container } of shown) expect(known().find(id)).toBe(container);
  expect(known().drivers.size).toBe(0);
  known().askForDrivers(networks.map(({ networkId }) => networkId));
  await expect.poll(() => [...known().drivers.values()]).toEqual(['bridge']);
  await engine.close();
  await expect.poll(async () => (await host.observe(viewOf(), 2000)).outcome.ok, { timeout: 8000 }).toBe(false);
  expect(host.known(viewOf())).toBeUndefined();
});
