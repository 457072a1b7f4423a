import { describe, expect, test } from 'vitest';
import { createInventoryBed as createBed, event, idOf } from './inventory-bed.ts';

type Bed = ReturnType<typeof createBed>;

const [A, B, C] = [idOf('a'), idOf('b'), idOf('c')];

describe('R40: a container that cannot be inspected', () => {
  test('keeps what was known of it, and holds no other up', async () => {
    const { inventory, turn, answer, refuse, names } = createBed({ concurrency: 2 });
    inventory.apply(event('start', A));
    await turn();
    await answer(A, 'wedged');
    for (const id of [A, B, C]) inventory.apply(event('start', id));
    await turn();
    await answer(B, 'b');
    await answer(C, 'c');
    expect(names()).toEqual(['wedged', 'b', 'c']);
    await refuse(A, 'timeout');
    expect(names()).toEqual(['wedged', 'b', 'c']);
  });

  test.each([
    ['that is known', true, [1, 2, 4, 8, 16, 32, 64, 128, 256, 480, 480]],
    ['of which nothing is known', false, [1, 2, 4, 8, 10, 10]],
  ])('one %s is asked about again after 1, 2, 4 s …, counted from the end of the last try', async (_, known, waits) => {
    const { inventory, asked, failed, turn, answer, refuse, pass } = createBed();
    inventory.add([A]);
    await turn();
    if (known) {
      await answer(A);
      pass(60_000);
      inventory.refresh(1000);
      await turn();
    }
    for (const seconds of waits) {
      const before = asked.length;
      pass(5000);
      inventory.refresh(1000);
      await turn();
      expect(asked).toHaveLength(before);
      await refuse(A, 'timeout');
      pass(seconds * 1000 - 1);
      inventory.refresh(1000);
      await turn();
      expect(asked).toHaveLength(before);
      pass(1);
      inventory.refresh(1000);
      await turn();
      expect(asked).toHaveLength(before + 1);
    }
    expect(failed).toEqual([A]);
  });

  test('has no facts any more once an event says that they are out of date', async () => {
    const { inventory, names, turn, answer, refuse, pass } = createBed();
    inventory.add([A]);
    await turn();
    await answer(A);
    pass(1);
    inventory.apply(event('die', A));
    await turn();
    expect(names()).toEqual(['web']);
    await refuse(A, 'timeout');
    expect(names()).toEqual([]);
    expect(inventory.size()).toBe(0);
  });

  test('is asked about at once after an event', async () => {
    const { inventory, asked, turn, refuse } = createBed();
    inventory.apply(event('start', A));
    await turn();
    await refuse(A, 'timeout');
    inventory.apply(event('die', A));
    await turn();
    expect(asked).toEqual([A, A]);
  });
});

test('each container with a health check is asked about once a minute, evenly spread', async () => {
  const { inventory, asked, turn, answer, pass } = createBed({ concurrency: 200 });
  const ids = Array.from({ length: 120 }, (_, at) => at.toString(16).padStart(64, '0'));
  inventory.add(ids);
  await turn();
  for (const id of ids) await answer(id);
  asked.length = 0;
  for (let second = 1; second <= 240; second++) {
    pass(1000);
    const before = asked.length;
    inventory.refresh(1000);
    await turn();
    expect(asked.length - before).toBeLessThanOrEqual(2);
    for (const id of asked.slice(before)) await answer(id);
  }
  for (const id of ids) expect(asked.filter((it) => it === id).length).toBeGreaterThanOrEqual(3);
});

describe('a container is asked about without an event', () => {
  const askedAfter = async (said: Parameters<Bed['answer']>[1], areChangesTold: boolean, id = A) => {
    const { inventory, asked, turn, answer, pass } = createBed({ areChangesTold });
    inventory.add([id]);
    await turn();
    await answer(id, said);
    for (let seconds = 1; ; seconds++) {
      pass(1000);
      inventory.refresh(1000);
      await turn();
      if (asked.length > 1) return seconds;
    }
  };

  test.each([
    ['after a minute if it has a health check, whose streak no event tells', { hasHealthcheck: true }, true],
    ['after a minute unless it runs', { hasHealthcheck: false, state: 'removing' }, true],
    ['after a minute where the engine tells of no changed limit', { hasHealthcheck: false }, false],
  ] as const)('%s', async (_, said, areChangesTold) => {
    expect(await askedAfter(said, areChangesTold)).toBe(60);
  });

  test('at different times within ten minutes where events tell of all that changes', async () => {
    const ids = ['0', '4', '8', 'c', 'f'].map(idOf);
    const seconds = await Promise.all(ids.map((id) => askedAfter({ hasHealthcheck: false }, true, id)));
    expect(seconds).toEqual([300, 380, 460, 540, 600]);
  });
});
