import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, type TestContext, test, vi } from 'vitest';
import { withResolvers } from '../../../exporter/util/with-resolvers.ts';
import { createDisk, keep } from './keep-memory-bed.ts';

/** More than a second has passed: what is done once a second was done. */
const aSecond = () => sleep(1100);

describe.concurrent('what is known', () => {
  test('is on the disk within a second, and written again when there is something new', async (context) => {
    const { disk, tell, lastText } = keep(context);
    await vi.waitFor(() => expect(disk.written).toEqual([{ text: lastText(), isDurable: true }]), 1500);
    await sleep(2200);
    expect(disk.written).toHaveLength(1);
    tell('create');
    await vi.waitFor(() => expect(disk.written).toHaveLength(2), 1500);
    expect(lastText()).toContain('"web"');
  });

  test('R12: is safe from the end of the process when an answer waits for it', async (context) => {
    const { memory, tell, lastText, disk } = keep(context);
    tell('create');
    await memory.keep();
    expect(lastText()).toContain('"web"');
    expect(disk.written.map(({ isDurable }) => isDurable)).toEqual([false]);
  });

  test('is safe from the end of the machine a second later all the same, once', async (context) => {
    const { memory, tell, disk } = keep(context);
    tell('create');
    await memory.keep();
    await sleep(2200);
    expect(disk.written.map(({ isDurable }) => isDurable)).toEqual([false, true]);
  });

  test('is safe from the end of the machine at the end', async (context) => {
    const { memory, tell, disk, stopping } = keep(context);
    tell('create');
    await memory.keep();
    stopping.abort();
    await memory.close();
    expect(disk.written.map(({ isDurable }) => isDurable)).toEqual([false, true]);
  });

  test('is written again where a reload asks for other labels', async (context) => {
    let labels: readonly string[] = [];
    const { memory, tell, disk, lastText, stopping } = keep(context, createDisk(), () => labels);
    tell('create', { 'com.example.tier': 'gold' });
    await vi.waitFor(() => expect(disk.written.at(-1)).toEqual({ text: lastText(), isDurable: true }), 1500);
    await memory.keep();
    expect(lastText()).not.toContain('gold');
    labels = ['com.example.tier'];
    stopping.abort();
    await memory.close();
    expect(lastText()).toContain('gold');
  });

  test('costs an answer nothing while there is nothing new', async (context) => {
    const { memory, disk } = keep(context);
    for (let answer = 0; answer < 10; answer++) await memory.keep();
    expect(disk.written).toHaveLength(1);
  });

  test('is told half a second after an end, however long the turn in which it came', async (context) => {
    const { tell, exits } = keep(context);
    tell('create');
    tell('start');
    await aSecond();
    const turnMs = performance.now();
    while (performance.now() < turnMs + 50);
    tell('die', { exitCode: '3' });
    // Two thirds of the time until the next second would settle it.
    await sleep(650);
    expect(exits()).toMatchObject({ error: 1 });
  });

  test('is settled in a few turns, however much ends at a time', async (context) => {
    const { tell, exits, memory } = keep(context);
    const settle = vi.spyOn(memory.lifecycle, 'settle');
    tell('create');
    for (let end = 0; end < 500; end++) {
      tell('start');
      tell('die', { exitCode: '3' });
    }
    await vi.waitFor(() => expect(exits()).toMatchObject({ error: 500 }), 900);
    // Not one for each; how many turns a busy machine makes of it is its own affair.
    expect(settle.mock.calls.length).toBeLessThan(50);
  });
});

describe.concurrent('a disk that hangs', () => {
  const hanging = (context: TestContext) => {
    const kept = keep(context);
    const { promise, resolve } = withResolvers<undefined>();
    kept.disk.hangs = promise;
    const heal = () => {
      kept.disk.hangs = undefined;
      resolve(undefined);
    };
    return { ...kept, heal };
  };

  test.for([
    ['keep', 400],
    ['close', 1000],
  ] as const)('holds up %s for %d ms', async ([what, patienceMs], context) => {
    const { memory, tell } = hanging(context);
    tell('create');
    const startMs = performance.now();
    await memory[what]();
    const tookMs = performance.now() - startMs;
    expect(tookMs).toBeGreaterThan(patienceMs - 50);
    expect(tookMs).toBeLessThan(patienceMs + 500);
  });

  test('holds up no counting', async (context) => {
    const { tell, exits, disk } = hanging(context);
    tell('create');
    tell('start');
    await vi.waitFor(() => expect(disk.underWay).toBe(1), 1500);
    tell('die', { exitCode: '3' });
    await vi.waitFor(() => expect(exits()).toMatchObject({ error: 1 }), 900);
  });

  test('holds up nothing that is done once a second while something happens', async (context) => {
    const { memory, disk, tell } = hanging(context);
    const settle = vi.spyOn(memory.lifecycle, 'settle');
    const forgetGone = vi.spyOn(memory.lifecycle, 'forgetGone');
    const happens = () => {
      tell('start');
      expect(settle.mock.calls.length).toBeGreaterThanOrEqual(3);
    };
    await vi.waitFor(happens, 5000);
    expect(forgetGone.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(disk.written).toEqual([]);
  });

  test('takes at the end what is safe from the end of the machine, though an answer asked for less', async (context) => {
    const { disk, memory, tell, heal } = hanging(context);
    void memory.keep();
    await vi.waitFor(() => expect(disk.underWay).toBe(1));
    tell('create');
    void memory.keep();
    const closed = memory.close();
    heal();
    await closed;
    expect(disk.written.map(({ isDurable }) => isDurable)).toEqual([false, true]);
  });

  test('has one write under way, then one with all that was learnt meanwhile', async (context) => {
    const { disk, memory, tell, heal, lastText } = hanging(context);
    for (let answer = 0; answer < 100; answer++) {
      tell('oom');
      void memory.keep();
      if (answer % 50 === 0) await aSecond();
    }
    const closed = memory.close();
    expect([disk.underWay, disk.mostUnderWay, disk.written.length]).toEqual([1, 1, 0]);
    heal();
    await closed;
    expect(disk.written).toHaveLength(2);
    expect(disk.written.at(-1)?.isDurable).toBe(true);
    expect(lastText()).toContain('"oomEvents":100');
  });
});

describe.concurrent('a disk that fails', () => {
  const LOST = 'counters are not saved: after a restart they begin anew';

  test('is told once, and its recovery once; what it did not take is written then', async (context) => {
    const { disk, tell, log, lastText, memory } = keep(context);
    const messages = () => log.map(({ level, msg }) => [level, msg]);
    disk.isBroken = true;
    tell('create');
    await sleep(2200);
    await memory.keep();
    expect(messages()).toEqual([[50, LOST]]);
    disk.isBroken = false;
    await vi.waitFor(() => expect(lastText()).toContain('"web"'), 1500);
    await aSecond();
    const recovered = [
      [50, LOST],
      [30, 'counters are saved again'],
    ];
    expect(messages()).toEqual(recovered);
    disk.isBroken = true;
    tell('start');
    await vi.waitFor(() => expect(messages()).toEqual([...recovered, [50, LOST]]), 1500);
  });

  test('holds up no answer, and no end', async (context) => {
    const { disk, memory, tell } = keep(context);
    disk.isBroken = true;
    tell('create');
    const startMs = performance.now();
    await Promise.all([memory.keep(), memory.close()]);
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});

describe.concurrent('what was saved', () => {
  test('is read, and told again', async (context) => {
    const one = keep(context);
    one.tell('create');
    one.tell('start');
    one.tell('die', { exitCode: '3' });
    await one.memory.close();
    const next = keep(context, createDisk(one.lastText()));
    await vi.waitFor(() => expect(next.exits()).toMatchObject({ error: 1 }), 1500);
    expect(next.log).toEqual([]);
  });

  test('and cannot be read is begun anew, told once, without what is in it', async (context) => {
    const { log, disk } = keep(context, createDisk('{"token":"hunter2"}'));
    await vi.waitFor(() => expect(disk.written).toHaveLength(1), 1500);
    const message = { level: 50, path: '/data/edge-1.json', msg: 'counters of before are lost: they begin anew' };
    expect(log).toEqual([expect.objectContaining(message)]);
    expect(JSON.stringify(log)).not.toContain('hunter2');
  });

  test('on a disk that fails is begun anew, told once', async (context) => {
    const disk = createDisk();
    disk.disk.read = () => {
      throw new Error('read /data/edge-1.json', { cause: new Error('EIO') });
    };
    const { log, memory } = keep(context, disk);
    await memory.keep();
    expect(log.map(({ level, msg }) => [level, msg])).toEqual([[50, 'counters of before are lost: they begin anew']]);
  });
});

test('nothing is done any more when all is over, though an end is not settled', async (context) => {
  const { stopping, tell, memory, disk, exits } = keep(context);
  tell('create');
  tell('start');
  tell('die', { exitCode: '3' });
  stopping.abort();
  await memory.close();
  const writes = disk.written.length;
  await aSecond();
  expect([disk.written.length, exits()]).toEqual([writes, expect.objectContaining({ error: 0 })]);
});
