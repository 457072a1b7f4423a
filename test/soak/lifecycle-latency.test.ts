import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DockerEvent } from '../../exporter/model/event.ts';
import type { HostSnapshot } from '../../exporter/model/world.ts';
import { type Engine, startEngine } from '../bed/engine.ts';
import { needing } from '../bed/need.ts';
import { waitFor } from '../bed/wait-for.ts';
import { createEngineClient, type EngineClient } from '../integration/engine-client.ts';
import { type FastWorlds, type Happening, watchWorlds } from '../integration/fast-worlds.ts';

const CONTAINERS = 200;
const SHOWN = 'shown';
const IDLE = 'trap "exit 0" TERM; sleep 100000 & wait';
/** What the machine does beside is not what is measured. */
const TOLERATED_OUTLIERS = 1;

describe('from an event to the World', () => {
  describe(`on an engine with ${CONTAINERS} containers`, needing('docker-28'), () => {
    let engine: Engine;
    let client: EngineClient;
    let worlds: FastWorlds;
    let id: string;

    beforeAll(async () => {
      engine = await startEngine();
      client = createEngineClient(engine.socketPath);
      const plain = { HostConfig: { NetworkMode: 'none' } };
      await Promise.all(
        Array.from({ length: CONTAINERS - 1 }, async (_, number) => {
          const other = await client.create(`plain-${number}`, IDLE, plain);
          await client.ask('POST', `/containers/${other}/start`);
        }),
      );
      id = await client.create(SHOWN, IDLE, {
        HostConfig: { ...plain.HostConfig, Memory: 16 * 2 ** 20, MemorySwap: 16 * 2 ** 20 },
        Healthcheck: { Test: ['CMD-SHELL', 'test ! -e /bad'], Interval: 1e9, Retries: 1 },
      });
      await start();
      worlds = await watchWorlds(engine.dockerHost, SHOWN);
    }, 240_000);
    afterAll(async () => {
      await worlds.stop();
      await client.close();
      await engine.stop();
    });

    const post = (action: string) => client.ask('POST', `/containers/${id}/${action}`);
    const start = () => post('start');
    const execute = (command: string) => engine.docker('exec', SHOWN, 'sh', '-c', command);
    const untilShown = (isSo: (world: HostSnapshot) => boolean) =>
      waitFor('what shows', async () => isSo(await worlds.look()));

    /** Rounds of it, each undone after it; prints and gives the milliseconds of each, the shortest first. */
    const measure = async (what: string, rounds: number, happening: Happening, undo: () => Promise<unknown>) => {
      const latenciesMs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        latenciesMs.push(await worlds.latencyMs(happening));
        await undo();
      }
      latenciesMs.sort((a, b) => a - b);
      const [median, longest] = [latenciesMs[Math.floor(rounds / 2)], latenciesMs.at(-1)];
      console.info(`${what}: median ${median?.toFixed(0)} ms, longest ${longest?.toFixed(0)} ms of ${rounds}`);
      return latenciesMs;
    };
    const restarted = async () => {
      await start();
      await untilShown((world) => stateOf(world) === 'running');
    };

    test('a pause shows within 200 ms', async () => {
      const happening = {
        act: () => post('pause'),
        isEvent: is('pause'),
        shows: (world: HostSnapshot) => stateOf(world) === 'paused',
      };
      const undo = async () => {
        await post('unpause');
        await untilShown((world) => stateOf(world) === 'running');
      };
      expect((await measure('pause', 20, happening, undo)).at(-1 - TOLERATED_OUTLIERS)).toBeLessThan(200);
    });

    test('an end shows within 200 ms', async () => {
      const happening = {
        act: () => post('kill'),
        isEvent: is('die'),
        shows: (world: HostSnapshot) => stateOf(world) === 'exited',
      };
      expect((await measure('end', 20, happening, restarted)).at(-1 - TOLERATED_OUTLIERS)).toBeLessThan(200);
    });

    test('a kill shows within 200 ms', async () => {
      const happening = {
        act: () => post('kill?signal=HUP'),
        isEvent: is('kill'),
        shows: (world: HostSnapshot, before: HostSnapshot) => countOf(world, 'kill') === countOf(before, 'kill') + 1,
      };
      expect((await measure('kill', 20, happening, () => Promise.resolve())).at(-1 - TOLERATED_OUTLIERS)).toBeLessThan(
        200,
      );
    });

    test('the reason of an end, and its count, show within a second', async () => {
      const happening = {
        act: () => post('kill'),
        isEvent: is('die'),
        shows: (world: HostSnapshot, before: HostSnapshot) =>
          world.lifecycle?.containers[0]?.lastExit === 'requested' &&
          world.lifecycle.exits.requested > (before.lifecycle?.exits.requested ?? 0),
      };
      expect((await measure('reason', 10, happening, restarted)).at(-1)).toBeLessThan(1000);
    });

    test('a lack of memory shows within 200 ms', async () => {
      const happening = {
        act: () => execute('tail /dev/zero').catch(() => undefined),
        isEvent: is('oom'),
        shows: (world: HostSnapshot, before: HostSnapshot) => oomsOf(world) > oomsOf(before),
      };
      expect(
        (await measure('lack of memory', 10, happening, () => Promise.resolve())).at(-1 - TOLERATED_OUTLIERS),
      ).toBeLessThan(200);
    });

    test('a change of health shows within 200 ms', async () => {
      await untilShown((world) => healthOf(world) === 'healthy');
      const happening = {
        act: () => execute('touch /bad'),
        isEvent: is('health_status'),
        shows: (world: HostSnapshot) => healthOf(world) === 'unhealthy',
      };
      const undo = async () => {
        await execute('rm /bad');
        await untilShown((world) => healthOf(world) === 'healthy');
      };
      expect((await measure('health', 10, happening, undo)).at(-1 - TOLERATED_OUTLIERS)).toBeLessThan(200);
    });
  });
});

const is = (action: string) => (event: DockerEvent) => event.action === action && event.attributes['name'] === SHOWN;
const stateOf = ({ containers: [shown] }: HostSnapshot) => shown?.facts?.state;
const healthOf = ({ containers: [shown] }: HostSnapshot) => shown?.facts?.health?.status;
const countOf = ({ events }: HostSnapshot, action: string) =>
  events.totals?.counts.find(([type, counted]) => type === 'container' && counted === action)?.[2] ?? 0;
const oomsOf = ({ lifecycle }: HostSnapshot) => lifecycle?.containers[0]?.oomEvents ?? 0;
