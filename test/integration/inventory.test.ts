import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { createSimulatedEngine } from '../../exporter/demo/engine.ts';
import { startEngine } from '../bed/engine.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { composeUp, lastEventMs, statesOf } from './compose-up.ts';
import { watchThroughProxy } from './recording-proxy.ts';
import { watchSteadyMinute } from './steady-minute.ts';

const CONTAINERS = 100;

describe.concurrent('the inventory of 100 containers', () => {
  test('costs the engine in a steady minute no list of all and one /info', { timeout: 120_000 }, async (context) => {
    const { proxy, scrapes } = await watchThroughProxy(context, await startSimulatedEngine(context));
    const { infos, listsOfNewest, inspects, ...calls } = await watchSteadyMinute(proxy, scrapes);
    expect(calls).toEqual({ listsOfAll: 0, oneShotStats: 4 * CONTAINERS, others: [] });
    // Each container is asked about again once in a minute.
    expect(inspects).toBeLessThanOrEqual(1.1 * CONTAINERS);
    expect(infos).toBeLessThanOrEqual(1);
    expect(listsOfNewest).toBeLessThanOrEqual(1);
    expect(await scrapes.faults()).toBe('');
  });

  test('R44: is right within a second of docker compose up', needing('docker-28', 'compose'), async (context) => {
    const engine = await startEngine();
    context.onTestFinished(engine.stop);
    const { proxy, scrapes } = await watchThroughProxy(context, engine.socketPath);
    await composeUp(engine, CONTAINERS);
    const rightAtMs = await waitFor('all containers', async () => {
      const reading = await scrapes.read();
      return reading.value('docker_containers', { state: 'running' }) === CONTAINERS && Date.now();
    });
    expect(rightAtMs - (await lastEventMs(engine))).toBeLessThan(1000);
    const told = (await scrapes.read()).all('docker_container_state').filter(({ value }) => value === 1);
    expect(Object.fromEntries(told.map(({ labels: { name, state } }) => [name, state]))).toEqual(
      await statesOf(engine),
    );
    const inspects = inspectsPerContainer(proxy.takeCalls());
    expect(inspects).toHaveLength(CONTAINERS);
    expect(Math.max(...inspects)).toBeLessThanOrEqual(3);
    expect(await scrapes.faults()).toBe('');
  });
});

/** Gives the path of its socket. */
const startSimulatedEngine = async ({ onTestFinished }: TestContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'simulated-engine-'));
  const engine = createSimulatedEngine();
  const socketPath = join(directory, 'docker.sock');
  await engine.listen({ socketPath });
  onTestFinished(async () => {
    await engine.close();
    await rm(directory, { recursive: true });
  });
  for (let index = 0; index < CONTAINERS; index++) engine.run({ name: `web-${index}` });
  return socketPath;
};

const inspectsPerContainer = (calls: readonly string[]): readonly number[] => {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const id = /^GET \/containers\/([0-9a-f]{64})\/json$/.exec(call)?.[1];
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts.values()];
};
