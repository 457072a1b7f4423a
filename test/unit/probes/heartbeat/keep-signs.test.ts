import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { keepSigns } from '../../../../exporter/probes/heartbeat/keep-signs.ts';
import { createDisk } from './heartbeats-bed.ts';

function keep() {
  const { disk, file } = createDisk();
  const log: string[] = [];
  const state = { text: '0' };
  const logger = pino({}, { write: (line: string) => void log.push((JSON.parse(line) as { msg: string }).msg) });
  const kept = keepSigns({ file, textOf: () => state.text, nowMs: () => performance.now(), logger });
  return { disk, log, state, kept };
}

describe.concurrent('what is saved', () => {
  test('is on the disk when that is said', async () => {
    const { disk, state, kept } = keep();
    state.text = 'one';
    expect(await kept.save()).toBe(true);
    expect(disk.text).toBe('one');
    state.text = 'two';
    expect(await kept.save()).toBe(true);
    expect(disk.text).toBe('two');
  });

  test('at once is written once a second, with all that came by then', async () => {
    const { disk, state, kept } = keep();
    await kept.save();
    const startMs = performance.now();
    const saves = Array.from({ length: 100 }, (_, at) => {
      state.text = String(at);
      return kept.save();
    });
    expect(await Promise.all(saves)).toEqual(saves.map(() => true));
    expect([disk.writes, disk.text]).toEqual([2, '99']);
    expect(performance.now() - startMs).toBeGreaterThan(900);
  });

  test('while a write is under way is in the next one', async () => {
    const { disk, state, kept } = keep();
    let heal: () => void = () => undefined;
    disk.hangs = new Promise<void>((resolve) => {
      heal = resolve;
    });
    const first = kept.save();
    await vi.waitFor(() => expect(disk.writes).toBe(1));
    state.text = 'late';
    const second = kept.save();
    heal();
    expect([await first, await second, disk.text, disk.writes]).toEqual([true, true, 'late', 2]);
  });

  test('and waits at the end is written at once', async () => {
    const { disk, state, kept } = keep();
    await kept.save();
    state.text = 'last';
    void kept.save();
    const startMs = performance.now();
    await kept.close();
    expect(disk.text).toBe('last');
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});

describe.concurrent('a disk', () => {
  test('that fails is told of once, and once when it works again', async () => {
    const { disk, log, kept } = keep();
    disk.isBroken = true;
    expect(await kept.save()).toBe(false);
    expect(await kept.save()).toBe(false);
    disk.isBroken = false;
    expect(await kept.save()).toBe(true);
    expect(log).toEqual([
      'heartbeats are not saved: after a restart the last ones are forgotten',
      'heartbeats are saved again',
    ]);
  });

  test('that hangs holds up neither a job for long nor the end', async () => {
    const { disk, kept } = keep();
    disk.hangs = sleep(60_000, undefined, { ref: false });
    const startMs = performance.now();
    expect(await kept.save()).toBe(false);
    const tookMs = performance.now() - startMs;
    expect(tookMs).toBeGreaterThan(4500);
    await kept.close();
    expect(performance.now() - startMs - tookMs).toBeLessThan(1500);
  });
});
