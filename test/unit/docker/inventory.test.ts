import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../exporter/docker/error.ts';
import { withResolvers } from '../../../exporter/util/with-resolvers.ts';
import { createInventoryBed as createBed, event, idOf } from './inventory-bed.ts';

const [A, B] = [idOf('a'), idOf('b')];

describe('R44: inspects are coalesced', () => {
  test('of a burst of events there is one inspect under way and one that starts after the last', async () => {
    const { inventory, asked, turn, answer, names } = createBed();
    for (const action of ['create', 'start', 'health_status', 'update', 'rename']) inventory.apply(event(action, A));
    await turn();
    expect(asked).toEqual([A]);
    for (const action of ['die', 'start', 'rename']) inventory.apply(event(action, A));
    await turn();
    expect(asked).toEqual([A]);
    await answer(A, 'before');
    expect(names()).toEqual(['before']);
    expect(asked).toEqual([A, A]);
    await answer(A, 'after');
    expect(names()).toEqual(['after']);
    expect(asked).toEqual([A, A]);
  });

  test('what an engine tells of one thing is one question, asked when all of it was told', async () => {
    const { promise, resolve } = withResolvers<undefined>();
    const { inventory, asked, turn, answer, names } = createBed({ gathered: () => promise });
    for (const action of ['die', 'start', 'health_status']) {
      inventory.apply(event(action, A));
      await turn();
    }
    expect(asked).toEqual([]);
    resolve(undefined);
    await turn();
    await answer(A);
    expect([asked, names()]).toEqual([[A], ['web']]);
  });

  test('an event after the trailing inspect began causes another', async () => {
    const { inventory, asked, turn, answer } = createBed();
    inventory.apply(event('start', A));
    await turn();
    inventory.apply(event('die', A));
    await answer(A);
    inventory.apply(event('start', A));
    await answer(A);
    expect(asked).toEqual([A, A, A]);
  });

  test('an event that waits for a place needs no inspect of its own', async () => {
    const { inventory, asked, turn, answer } = createBed({ concurrency: 1 });
    inventory.apply(event('start', A));
    inventory.apply(event('start', B));
    await turn();
    inventory.apply(event('die', B));
    await answer(A);
    await answer(B);
    expect(asked).toEqual([A, B]);
  });
});

test.each(['create', 'start', 'die', 'stop', 'pause', 'unpause', 'rename', 'update', 'health_status', 'oom'])(
  'after %s a container is inspected',
  async (action) => {
    const { inventory, asked, turn } = createBed();
    inventory.apply(event(action, A));
    await turn();
    expect(asked).toEqual([A]);
  },
);

test.each(['exec_create', 'exec_start', 'exec_die', 'attach', 'kill', 'top', 'destroy', 'constructor'])(
  'after %s no container is inspected',
  async (action) => {
    const { inventory, asked, turn } = createBed();
    inventory.apply(event(action, A));
    await turn();
    expect(asked).toEqual([]);
  },
);

test('R48: what is no id of a container is asked for nowhere', async () => {
  const { inventory, asked, turn } = createBed();
  for (const id of ['../../secrets/x', `${A}/../x`, A.toUpperCase(), A.slice(1), '', `${A}\n`])
    inventory.apply(event('start', id));
  inventory.apply(event('start', A, 'network'));
  await turn();
  expect(asked).toEqual([]);
  expect(inventory.size()).toBe(0);
});

describe('what goes', () => {
  test('a destroyed container is gone at once', async () => {
    const { inventory, turn, answer, names } = createBed();
    inventory.apply(event('start', A));
    await turn();
    await answer(A);
    inventory.apply(event('destroy', A));
    expect(names()).toEqual([]);
    expect(inventory.size()).toBe(0);
  });

  test('an answer that comes after the destroy brings nothing back', async () => {
    const { inventory, turn, answer, names } = createBed();
    inventory.apply(event('start', A));
    await turn();
    inventory.apply(event('destroy', A));
    await answer(A);
    expect(names()).toEqual([]);
    expect(inventory.size()).toBe(0);
  });

  test('an event that comes after the destroy asks, and is told that it is gone', async () => {
    const { inventory, turn, refuse } = createBed();
    inventory.apply(event('destroy', A));
    inventory.apply(event('die', A));
    await turn();
    await refuse(A, 'gone');
    expect(inventory.size()).toBe(0);
  });

  test('a container of which the engine knows nothing any more is gone', async () => {
    const { inventory, turn, answer, refuse, pass } = createBed();
    inventory.apply(event('start', A));
    await turn();
    await answer(A);
    pass(60_000);
    inventory.refresh(1000);
    await turn();
    await refuse(A, 'gone');
    expect(inventory.size()).toBe(0);
  });
});

describe('a complete list', () => {
  const listOf = (ids: readonly string[]) => () => Promise.resolve(ids);

  test('brings what is on it and takes away what is not', async () => {
    const { inventory, turn, answer, names, pass } = createBed();
    expect(inventory.isListed()).toBe(false);
    inventory.add([A]);
    await turn();
    await answer(A, 'old');
    pass(1);
    await inventory.readAll(listOf([B]));
    await turn();
    await answer(B, 'new');
    expect(names()).toEqual(['new']);
    expect(inventory.isListed()).toBe(true);
  });

  test('leaves a container alone that an event told of while the list was read', async () => {
    const { inventory, turn, answer, names, pass } = createBed();
    const list = withResolvers<readonly string[]>();
    const read = inventory.readAll(() => list.promise);
    pass(1);
    inventory.apply(event('create', A));
    await turn();
    await answer(A, 'young');
    list.resolve([]);
    await read;
    expect(names()).toEqual(['young']);
  });

  test('of what was destroyed while it was read, inspect tells that it is gone', async () => {
    const { inventory, turn, answer, refuse } = createBed();
    inventory.add([A]);
    await turn();
    await answer(A);
    const list = withResolvers<readonly string[]>();
    const read = inventory.readAll(() => list.promise);
    inventory.apply(event('destroy', A));
    list.resolve([A]);
    await read;
    await turn();
    await refuse(A, 'gone');
    expect(inventory.size()).toBe(0);
  });

  test('that cannot be read changes nothing', async () => {
    const { inventory, turn, answer, names } = createBed();
    inventory.add([A]);
    await turn();
    await answer(A);
    await expect(inventory.readAll(() => Promise.reject(new EngineError('timeout', 'list')))).rejects.toThrow('list');
    expect(names()).toEqual(['web']);
    expect(inventory.isListed()).toBe(false);
  });
});

test('is settled though there was never a moment without a question', async () => {
  const { inventory, turn, answer } = createBed();
  inventory.apply(event('start', A));
  await turn();
  let settled = false;
  const waiting = inventory.settled().then(() => {
    settled = true;
  });
  inventory.apply(event('start', B));
  await turn();
  await answer(A);
  inventory.apply(event('start', A));
  await turn();
  expect(settled).toBe(true);
  await waiting;
});

test('is settled when the questions of now have been answered or refused', async () => {
  const { inventory, turn, answer, refuse } = createBed();
  inventory.add([A, B]);
  await turn();
  let settled = false;
  const waiting = inventory.settled().then(() => {
    settled = true;
  });
  await answer(A);
  expect(settled).toBe(false);
  await refuse(B, 'timeout');
  await waiting;
});

test('R43: the description stays the same object until something in it changes', async () => {
  const { inventory, turn, answer } = createBed();
  const description = () => [...inventory.containers()][0]?.description;
  const inspectedAs = async (name: string) => {
    inventory.apply(event('update', A));
    await turn();
    await answer(A, name);
    return description();
  };
  const first = await inspectedAs('web');
  expect(await inspectedAs('web')).toBe(first);
  expect(await inspectedAs('web-2')).toMatchObject({ name: 'web-2' });
});
