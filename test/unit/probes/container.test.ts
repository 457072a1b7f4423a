import { describe, expect, test } from 'vitest';
import type { ContainerFacts } from '../../../exporter/model/container.ts';
import type { EngineContainer } from '../../../exporter/model/engine-container.ts';
import { runAttempt } from '../../../exporter/probes/attempt.ts';
import { container } from '../../../exporter/probes/container.ts';
import { ProbeUnknown } from '../../../exporter/probes/failure.ts';
import type { ProbeNetwork } from '../../../exporter/probes/net/network.ts';
import { containerOf } from './labels/containers.ts';

const network: ProbeNetwork = { lookup: () => Promise.reject(new Error('asked')), refuses: () => 'nobody is asked' };
const { signal } = new AbortController();

const look = (found: readonly EngineContainer[] | undefined) =>
  runAttempt((attempt) => container.run(attempt, 'edge-1/web', {}), {
    timeoutMs: 1000,
    network,
    findContainers: (target) => (target === 'edge-1/web' ? found : undefined),
    signal,
  });

const checked = (facts: Partial<ContainerFacts>): EngineContainer => {
  const { description, facts: known, ...rest } = containerOf();
  return { ...rest, description: { ...description, hasHealthcheck: true }, facts: { ...known, ...facts } };
};

describe('a container', () => {
  test('is up when it runs', async () => {
    expect(await look([containerOf()])).toMatchObject({ success: true, details: {} });
  });

  test.each([
    ['healthy', undefined],
    ['starting', 'starting: no check succeeded yet'],
    ['unhealthy', 'unhealthy after 3 failed checks'],
  ] as const)('that runs and is %s comes to: %s', async (status, failure) => {
    const result = await look([checked({ health: { status, failingStreak: 3 } })]);
    expect([result.success, result.failure]).toEqual([failure === undefined, failure]);
  });

  test('with a healthcheck of which nothing is known is not up', async () => {
    expect(await look([checked({})])).toMatchObject({ failure: 'its health is not known' });
  });

  test('that does not run is not up', async () => {
    const { facts, ...rest } = containerOf({ state: 'exited' });
    expect(await look([{ ...rest, facts: { ...facts, exitCode: 3 } }])).toMatchObject({
      failure: 'exited with code 3',
    });
    expect(await look([containerOf({ state: 'paused' })])).toMatchObject({ failure: 'paused' });
  });

  test('that is not there is not up', async () => {
    expect(await look([])).toMatchObject({ success: false, failure: 'there is no such container' });
  });

  test('of which nobody can tell has no result at all', async () => {
    await expect(look(undefined)).rejects.toThrow(ProbeUnknown);
    const unwatched = runAttempt((attempt) => container.run(attempt, 'edge-1/web', {}), {
      timeoutMs: 1000,
      network,
      signal,
    });
    await expect(unwatched).rejects.toThrow(ProbeUnknown);
  });
});

test('a service is up when at least one of its containers is', async () => {
  const [up, exited, sick] = [
    containerOf(),
    containerOf({ state: 'exited' }),
    checked({ health: { status: 'unhealthy', failingStreak: 2 } }),
  ];
  expect(await look([exited, up])).toMatchObject({ success: true });
  expect(await look([exited, sick])).toMatchObject({
    failure: 'none of 2 is up: exited, unhealthy after 2 failed checks',
  });
});
