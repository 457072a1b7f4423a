import { describe, expect, test } from 'vitest';
import { type Bed, createLifeBed, type Inspected, running } from './life-bed.ts';

/** Events may be lost; then inspect says this of the container. */
function compareWith(bed: Bed, inspected: Inspected): void {
  bed.lifecycle.doubt();
  bed.learn(inspected);
  bed.lifecycle.release();
}

describe('R15: an end that no event told of', () => {
  test('is counted once, as unknown, when two looks show it', () => {
    const bed = running();
    const ended = { state: 'exited', startedSeconds: bed.startedSeconds, finishedSeconds: bed.nowSeconds() } as const;
    compareWith(bed, { ...ended, exitCode: 3 });
    expect([bed.exits('web'), bed.exits(), bed.told('web')?.lastExit]).toEqual([
      { unknown: 1 },
      { unknown: 1 },
      'unknown',
    ]);
    compareWith(bed, { ...ended, exitCode: 3 });
    bed.wait(60);
    bed.learn({ ...ended, exitCode: 3 });
    expect(bed.exits('web')).toEqual({ unknown: 1 });
  });

  test('shows in another start too', () => {
    const bed = running();
    compareWith(bed, { state: 'running', startedSeconds: bed.nowSeconds(), finishedSeconds: bed.nowSeconds() - 1 });
    expect(bed.exits('web')).toEqual({ unknown: 1 });
    expect(bed.told('web')).not.toHaveProperty('lastExit');
  });

  test('shows in restarts, which are counted as well but for the one that is still to come', () => {
    const bed = running({ engineRestarts: 1 });
    compareWith(bed, { state: 'restarting', startedSeconds: bed.nowSeconds() - 1, engineRestarts: 4 });
    expect(bed.told('web')).toMatchObject({ exits: { unknown: 3 }, restarts: 2 });
  });

  test.each([
    { what: 'that was asked for', signal: '15', reason: 'requested' },
    { what: 'after a HUP', signal: '1', reason: 'unknown' },
  ])('$what is $reason', ({ signal, reason }) => {
    const bed = running();
    bed.tell('kill', 'web', { signal });
    compareWith(bed, { state: 'exited', startedSeconds: bed.startedSeconds, finishedSeconds: bed.nowSeconds() + 1 });
    expect([bed.exits('web'), bed.told('web')?.lastExit]).toEqual([{ [reason]: 1 }, reason]);
  });

  test.each([2, 3])('is one of %d, of which nobody knows which was asked for', (runs) => {
    const bed = running();
    bed.tell('kill', 'web', { signal: '15' });
    const finishedSeconds = bed.nowSeconds() + 1;
    compareWith(bed, { state: 'restarting', startedSeconds: bed.nowSeconds(), finishedSeconds, engineRestarts: runs });
    expect(bed.exits('web')).toEqual({ unknown: runs });
  });

  test('is not the one that was asked for an hour before', () => {
    const bed = running();
    bed.tell('kill', 'web', { signal: '15' });
    compareWith(bed, { state: 'exited', startedSeconds: bed.startedSeconds, finishedSeconds: bed.nowSeconds() + 3600 });
    expect(bed.exits('web')).toEqual({ unknown: 1 });
  });

  test('is not explained by the kill of an end that was told', () => {
    const bed = running();
    bed.tell('kill', 'web', { signal: '15' });
    bed.tell('die', 'web', { exitCode: '0' });
    compareWith(bed, {
      state: 'exited',
      startedSeconds: bed.nowSeconds() + 1,
      finishedSeconds: bed.nowSeconds() + 2,
      exitCode: 3,
    });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ requested: 1, unknown: 1 });
  });

  test('is none at the first look, however often it was restarted before', () => {
    const bed = createLifeBed();
    compareWith(bed, { state: 'exited', startedSeconds: 1, finishedSeconds: 2, engineRestarts: 9 });
    expect(bed.exits()).toEqual({});
    expect(bed.told('web')).toMatchObject({ restarts: 0 });
  });

  test('of one that was created before our eyes is missed from its first start on', () => {
    const bed = createLifeBed();
    bed.tell('create', 'web');
    compareWith(bed, { state: 'restarting', startedSeconds: 1, engineRestarts: 2 });
    expect(bed.told('web')).toMatchObject({ exits: { unknown: 2 }, restarts: 1 });
  });
});

describe('an end that an event tells of and two looks show counts once', () => {
  const ended = (bed: Bed & { readonly startedSeconds: number }): Inspected => ({
    state: 'exited',
    startedSeconds: bed.startedSeconds,
    finishedSeconds: bed.nowSeconds(),
    exitCode: 3,
  });

  test('told before the doubt', () => {
    const bed = running();
    bed.tell('die', 'web', { exitCode: '3' });
    compareWith(bed, ended(bed));
    bed.wait(1);
    expect([bed.exits('web'), bed.told('web')?.lastExit]).toEqual([{ error: 1 }, 'error']);
  });

  test('told between the doubt and the look', () => {
    const bed = running();
    bed.lifecycle.doubt();
    bed.tell('die', 'web', { exitCode: '3' });
    bed.learn(ended(bed));
    bed.lifecycle.release();
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ error: 1 });
  });

  test('told after the look, which then has a reason', () => {
    const bed = running();
    const look = ended(bed);
    compareWith(bed, look);
    bed.wait(0.1);
    bed.tell('die', 'web', { exitCode: '3' });
    bed.wait(1);
    expect([bed.exits('web'), bed.told('web')?.lastExit]).toEqual([{ unknown: 1 }, 'error']);
  });

  test('told after the look, which hides no other', () => {
    const bed = running();
    compareWith(bed, ended(bed));
    bed.tell('die', 'web', { exitCode: '3' });
    compareWith(bed, { state: 'exited', startedSeconds: bed.nowSeconds() + 1, finishedSeconds: bed.nowSeconds() + 2 });
    expect(bed.exits('web')).toEqual({ unknown: 2 });
  });

  test('told after the look, but before all was told', () => {
    const bed = running();
    bed.lifecycle.doubt();
    bed.learn(ended(bed));
    bed.tell('die', 'web', { exitCode: '3' });
    bed.lifecycle.release();
    bed.wait(1);
    expect([bed.exits('web'), bed.told('web')?.lastExit]).toEqual([{ error: 1 }, 'error']);
  });

  test('told after a look at the next run', () => {
    const bed = running();
    compareWith(bed, { state: 'running', startedSeconds: bed.nowSeconds() + 0.2, finishedSeconds: bed.nowSeconds() });
    bed.wait(0.1);
    bed.tell('die', 'web', { exitCode: '3' });
    bed.wait(0.1);
    bed.tell('start', 'web');
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ unknown: 1 });
    bed.tell('die', 'web', { exitCode: '3' });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ unknown: 1, error: 1 });
  });

  test('and the next end, which is another', () => {
    const bed = running();
    compareWith(bed, ended(bed));
    bed.wait(1);
    bed.tell('start', 'web');
    bed.tell('die', 'web', { exitCode: '3' });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ unknown: 1, error: 1 });
  });

  test('where inspect was ahead of its event, and nothing in doubt', () => {
    const bed = running();
    bed.learn(ended(bed));
    bed.wait(0.2);
    bed.tell('die', 'web', { exitCode: '3' });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ error: 1 });
    compareWith(bed, ended(bed));
    expect(bed.exits('web')).toEqual({ error: 1 });
  });

  test('where inspect was ahead of its event after all doubts', () => {
    const bed = running();
    compareWith(bed, { state: 'running', startedSeconds: bed.startedSeconds });
    bed.learn(ended(bed));
    bed.wait(0.2);
    bed.tell('die', 'web', { exitCode: '3' });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ error: 1 });
  });

  test('where inspect was ahead of an event that never came', () => {
    const bed = running();
    const look = ended(bed);
    bed.learn(look);
    bed.wait(60);
    compareWith(bed, look);
    expect(bed.exits('web')).toEqual({ unknown: 1 });
  });
});

describe('what inspect says while a connection is made', () => {
  test('R15: is compared also where an event of the replay had it asked before the gap was known', () => {
    const bed = running({ restartPolicy: 'always' });
    bed.lifecycle.hold();
    bed.tell('start', 'web');
    bed.learn({ state: 'running', startedSeconds: bed.nowSeconds(), restartPolicy: 'always' });
    bed.lifecycle.doubt();
    bed.lifecycle.release();
    expect(bed.exits('web')).toEqual({ unknown: 1 });
  });

  test('is not ahead of the replay, which counts', () => {
    const bed = running();
    bed.lifecycle.hold();
    bed.learn({ state: 'restarting', startedSeconds: bed.startedSeconds, engineRestarts: 1, exitCode: 3 });
    bed.tell('die', 'web', { exitCode: '3' });
    bed.lifecycle.release();
    bed.wait(1);
    bed.learn({ state: 'restarting', startedSeconds: bed.startedSeconds, engineRestarts: 1, exitCode: 3 });
    expect(bed.told('web')).toMatchObject({ exits: { error: 1 }, restarts: 0, lastExit: 'error' });
    const startedSeconds = bed.startedSeconds + 1;
    bed.learn({ state: 'restarting', startedSeconds, engineRestarts: 2, exitCode: 3 });
    expect(bed.told('web')).toMatchObject({ restarts: 1 });
  });

  test('is out of date when something else is told', () => {
    const bed = running();
    bed.lifecycle.hold();
    bed.learn({ state: 'running', startedSeconds: bed.startedSeconds, restartPolicy: 'always' });
    bed.tell('die', 'web', { exitCode: '3' });
    bed.lifecycle.release();
    bed.wait(1);
    expect(bed.told('web')?.lastExit).toBe('error');
  });

  test('of one connection is nothing that the next one compares', () => {
    const bed = running();
    bed.lifecycle.hold();
    bed.learn({ state: 'exited', startedSeconds: bed.startedSeconds });
    bed.lifecycle.doubt();
    bed.lifecycle.hold();
    bed.tell('die', 'web', { exitCode: '3' });
    bed.learn({ state: 'exited', startedSeconds: bed.startedSeconds, exitCode: 3 });
    bed.lifecycle.release();
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ error: 1 });
  });

  test('a kill that was told of the new run explains its end', () => {
    const bed = running();
    bed.lifecycle.doubt();
    bed.tell('start', 'web');
    const startedSeconds = bed.nowSeconds();
    bed.wait(1);
    bed.tell('kill', 'web', { signal: '15' });
    bed.learn({ state: 'running', startedSeconds });
    bed.lifecycle.release();
    bed.wait(1);
    bed.tell('die', 'web', { exitCode: '143' });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ unknown: 1, requested: 1 });
  });

  test('a kill that was told of the old run does not', () => {
    const bed = running();
    bed.tell('kill', 'web', { signal: '15' });
    bed.wait(1);
    compareWith(bed, { state: 'running', startedSeconds: bed.nowSeconds(), finishedSeconds: bed.nowSeconds() - 0.5 });
    bed.wait(1);
    bed.tell('die', 'web', { exitCode: '143' });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ requested: 1, signal: 1 });
  });
});
