import { describe, expect, test } from 'vitest';
import { type Bed, createLifeBed, running } from './life-bed.ts';

describe('a container that is on no list any more', () => {
  const vanish = (bed: Bed) => bed.lifecycle.reconcile(() => false);

  test('has ended once if it ran', () => {
    const bed = running();
    vanish(bed);
    vanish(bed);
    expect([bed.exits('web'), bed.told('web')?.lastExit]).toEqual([{ unknown: 1 }, 'unknown']);
    bed.wait(301);
    expect(bed.names()).toEqual([]);
  });

  test('was asked to end, if a kill was told', () => {
    const bed = running({ isAutoRemoved: true });
    bed.tell('kill', 'web', { signal: '15' });
    bed.wait(600);
    vanish(bed);
    expect([bed.exits('web'), bed.wentByThemselves()]).toEqual([{ requested: 1 }, []]);
  });

  test.each([
    ['ran and is removed by its engine', true, ['web']],
    ['ran and is removed by hand only', false, []],
  ] as const)('stands for what is expected of it where it %s', (_, isAutoRemoved, expected) => {
    const bed = running({ isAutoRemoved });
    vanish(bed);
    expect(bed.wentByThemselves()).toEqual(expected);
  });

  test('stands for nothing where it ran again after the crash that is known', () => {
    const bed = running({ isAutoRemoved: true });
    bed.tell('die', 'web', { exitCode: '3' });
    bed.wait(1);
    bed.learn({ state: 'running', startedSeconds: bed.nowSeconds(), isAutoRemoved: true });
    bed.tell('destroy', 'web');
    expect(bed.wentByThemselves()).toEqual([]);
  });

  test.each(['exited', 'created', 'restarting'] as const)('has not ended again where it was %s', (state) => {
    const bed = createLifeBed();
    bed.learn({ state, ...(state !== 'created' && { startedSeconds: 1 }) });
    vanish(bed);
    expect(bed.exits()).toEqual({});
  });

  test('counts once, whenever its events come', () => {
    const early = running();
    early.tell('die', 'web', { exitCode: '3' });
    vanish(early);
    early.wait(1);
    const late = running();
    vanish(late);
    late.tell('die', 'web', { exitCode: '3' });
    late.tell('destroy', 'web');
    late.wait(1);
    expect([early.exits(), late.exits()]).toEqual([{ error: 1 }, { unknown: 1 }]);
  });

  test('counts though it was never looked at', () => {
    const bed = createLifeBed();
    bed.tell('die', 'web', { exitCode: '3' });
    vanish(bed);
    bed.wait(1);
    expect(bed.exits()).toEqual({ unknown: 1 });
  });

  test('and is there after all has not gone', () => {
    const bed = running();
    vanish(bed);
    bed.learn({ state: 'running', startedSeconds: bed.startedSeconds });
    bed.wait(301);
    expect(bed.names()).toEqual(['web']);
    bed.tell('die', 'web', { exitCode: '3' });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ unknown: 1, error: 1 });
  });

  test('and was never looked at leaves nothing behind', () => {
    const bed = createLifeBed();
    bed.seed('start', 'web');
    vanish(bed);
    expect(bed.state.containers.size).toBe(0);
  });
});
