import { describe, expect, test } from 'vitest';
import { createInventory } from '../../../exporter/docker/inventory.ts';
import type { EngineContainer } from '../../../exporter/model/engine-container.ts';
import { containerOf } from '../probes/labels/containers.ts';
import { createInventoryBed as createBed, event, idOf, networkEvent } from './inventory-bed.ts';

const [A, B] = [idOf('a'), idOf('b')];

describe('a network that a container is connected to or disconnected from', () => {
  test.each(['connect', 'disconnect'])(
    'after %s it is inspected with the next refresh, by Docker as by Podman',
    async (action) => {
      const { inventory, asked, turn, answer, pass } = createBed();
      inventory.apply(event('start', A));
      await turn();
      await answer(A);
      for (const actor of [undefined, A]) {
        pass(10);
        inventory.apply(networkEvent(action, A, actor));
        await turn();
        inventory.refresh(1000);
        await turn();
        await answer(A);
      }
      expect(asked).toEqual([A, A, A]);
    },
  );

  test('is not asked about again where a question began after it, as at each start', async () => {
    const { inventory, asked, turn, answer, pass } = createBed();
    inventory.apply(event('create', A));
    await turn();
    await answer(A);
    pass(10);
    inventory.apply(networkEvent('connect', A));
    pass(10);
    inventory.apply(event('start', A));
    await turn();
    await answer(A);
    inventory.refresh(1000);
    await turn();
    expect(asked).toEqual([A, A]);
  });

  test('says nothing of containers that are not known, and other events of networks nothing at all', async () => {
    const { inventory, asked, turn, answer } = createBed();
    inventory.apply(event('start', A));
    await turn();
    await answer(A);
    inventory.apply(networkEvent('connect', B));
    inventory.apply(networkEvent('create', A));
    inventory.apply(networkEvent('connect', '__proto__'));
    inventory.refresh(1000);
    await turn();
    expect(asked).toEqual([A]);
  });

  test('an address that may be out of date is not kept when nobody tells the new one', async () => {
    const { inventory, turn, answer, refuse, pass, names } = createBed();
    inventory.apply(event('start', A));
    await turn();
    await answer(A);
    pass(10);
    inventory.apply(networkEvent('disconnect', A));
    inventory.refresh(1000);
    await turn();
    await refuse(A, 'timeout');
    expect(names()).toEqual([]);
  });
});

test('what inspect says of the network is the same object until it changes, and by itself', async () => {
  const answers: EngineContainer[] = [containerOf(), containerOf(), containerOf({ network: {} })];
  const inventory = createInventory({
    inspect: () => Promise.resolve(answers.shift() ?? containerOf()),
    concurrency: 1,
    areChangesTold: () => true,
    onAnswer: () => undefined,
    onFailure: () => undefined,
    gathered: () => Promise.resolve(),
    nowMs: () => 1000,
  });
  const look = async () => {
    inventory.apply(event('start', A));
    await inventory.settled();
    return inventory.find(A);
  };
  const [first, second, third] = [await look(), await look(), await look()];
  expect(second?.network).toBe(first?.network);
  expect(third?.network).not.toBe(second?.network);
  expect(third?.description).toBe(first?.description);
});
