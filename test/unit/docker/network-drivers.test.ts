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
    let answer: string | undefined;
    const { drivers, asked, ask, pass } = createBed(() => answer);
    await ask('a');
    expect(drivers.known().get('a')).toBe('');
    answer = 'macvlan';
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
  const known = host.known(viewOf());
  const [web] = known?.shown ?? [];
  const [network] = web?.container.network.networks ?? [];
  expect(network).toMatchObject({ name: 'bridge', ipv4: expect.stringMatching(/^172\./) as unknown });
  expect(known?.find(web?.identity.id ?? '')).toBe(web?.container);
  expect(known?.drivers.size).toBe(0);
  known?.askForDrivers([network?.networkId ?? '']);
  await expect.poll(() => host.known(viewOf())?.drivers.get(network?.networkId ?? '')).toBe('bridge');
  await engine.close();
  await expect.poll(async () => (await host.observe(viewOf(), 2000)).outcome.ok, { timeout: 8000 }).toBe(false);
  expect(host.known(viewOf())).toBeUndefined();
});
