import { describe, expect, test } from 'vitest';
import type { DockerEvent } from '../../../../exporter/model/event.ts';
import { viewOf } from '../host-bed.ts';
import { type Bed, type BedOptions, createLifeBed, idOf } from './life-bed.ts';
import { crash, remove, run, runOnce } from './lives.ts';

const bedWith = (names: readonly string[], options?: BedOptions): Bed => {
  const bed = createLifeBed(options);
  for (const name of names) run(bed, name);
  return bed;
};

describe('R16: what is counted is counted by name', () => {
  test('an exit stays under the name at the time, though the container was renamed before it was settled', () => {
    const bed = bedWith(['web']);
    crash(bed, 'web');
    bed.tell('rename', 'web', { name: 'old', oldName: '/web' });
    bed.wait(1);
    expect([bed.exits('web'), bed.exits('old')]).toEqual([{ error: 1 }, {}]);
  });

  test('what the old name counted is told for five minutes, without a state', () => {
    const bed = bedWith(['web']);
    crash(bed, 'web');
    bed.wait(1);
    bed.tell('rename', 'web', { name: 'old' });
    bed.wait(299);
    expect(bed.told('web')).toMatchObject({ exits: { error: 1 } });
    expect(bed.told('web')).not.toHaveProperty('lastExit');
    expect(bed.told('old')?.lastExit).toBe('error');
    bed.wait(2);
    expect(bed.names()).toEqual(['old']);
  });

  test('two that swap their names count under the one they have', () => {
    const bed = bedWith(['a', 'b']);
    crash(bed, 'a');
    bed.wait(1);
    bed.tell('rename', 'a', { name: 'swap' });
    bed.tell('rename', 'b', { name: 'a' });
    bed.tell('rename', 'a', { name: 'b' });
    crash(bed, 'a', 'b');
    crash(bed, 'a', 'b');
    bed.wait(1);
    expect([bed.exits('a'), bed.exits('b'), bed.exits('swap')]).toEqual([{ error: 3 }, {}, {}]);
    expect([bed.told('a')?.lastExit, bed.told('b')?.lastExit]).toEqual(['error', 'error']);
  });

  test('a recreated container goes on counting, and has not ended', () => {
    const bed = bedWith(['web']);
    crash(bed, 'web');
    remove(bed, 'web');
    run(bed, 'web', 'web-2');
    bed.wait(1);
    expect(bed.told('web')).toMatchObject({ exits: { error: 1 } });
    expect(bed.told('web')).not.toHaveProperty('lastExit');
    crash(bed, 'web', 'web-2');
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ error: 2 });
  });

  test('Compose’s recreate: the new one is there under another name before the old one goes', () => {
    const bed = bedWith(['app-web-1']);
    bed.tell('create', 'new', { name: 'abc_app-web-1' });
    bed.tell('kill', 'app-web-1', { signal: '15' });
    bed.tell('stop', 'app-web-1');
    bed.tell('die', 'app-web-1', { exitCode: '0' });
    remove(bed, 'app-web-1');
    bed.tell('rename', 'new', { name: 'app-web-1' });
    bed.tell('start', 'new', { name: 'app-web-1' });
    bed.wait(1);
    expect(bed.told('app-web-1')).toMatchObject({ exits: { requested: 1, error: 0 } });
    expect(bed.told('app-web-1')).not.toHaveProperty('lastExit');
    bed.wait(300);
    expect(bed.names()).toEqual(['app-web-1']);
  });

  test('what comes late of the one that is gone leaves its name to the living one', () => {
    const bed = bedWith(['web']);
    bed.wait(1);
    bed.tell('kill', 'web', { signal: '15' });
    bed.tell('die', 'web', { exitCode: '3' });
    remove(bed, 'web');
    run(bed, 'web', 'web-2');
    bed.tell('stop', 'web');
    bed.wait(1);
    expect(bed.told('web')).not.toHaveProperty('lastExit');
    expect(bed.exits('web')).toEqual({ requested: 1 });
  });

  test('of two that have one, as tasks of a Swarm slot, the one that is there has it', () => {
    const labels = (id: string) => ({ 'com.docker.swarm.task.id': id, 'com.docker.swarm.task.name': `shop.1.${id}` });
    const bed = createLifeBed();
    for (const id of ['old', 'new']) {
      bed.tell('create', id, { name: `shop.1.${id}`, ...labels(id) });
      bed.wait(1);
    }
    crash(bed, 'shop.1.old', 'old');
    bed.wait(1);
    expect(bed.told('shop.1')).not.toHaveProperty('lastExit');
    remove(bed, 'shop.1.new', 'new');
    bed.tell('start', 'old', { name: 'shop.1.old' });
    crash(bed, 'shop.1.old', 'old');
    bed.tell('stop', 'new', { name: 'shop.1.new' });
    bed.wait(1);
    expect(bed.told('shop.1')).toMatchObject({ exits: { error: 2 }, lastExit: 'error' });
  });

  test('a nameless container counts for its host alone', () => {
    const bed = createLifeBed();
    const event: DockerEvent = { type: 'container', action: 'die', actorId: idOf('x'), attributes: {}, timeNano: '1' };
    bed.lifecycle.apply(event, true);
    bed.wait(1);
    expect([bed.names(), bed.exits()]).toEqual([[], { unknown: 1 }]);
  });

  test('a name that loses its container keeps its counters while there is another of that name', () => {
    const bed = bedWith(['web']);
    crash(bed, 'web');
    for (let deploy = 1; deploy <= 20; deploy++) {
      remove(bed, 'web', deploy === 1 ? 'web' : `web-${deploy}`);
      bed.wait(60);
      run(bed, 'web', `web-${deploy + 1}`);
    }
    expect(bed.exits('web')).toEqual({ error: 1 });
  });
});

describe('what is gone', () => {
  test('is told for five minutes, then its name counts from 0', () => {
    const bed = bedWith(['web']);
    crash(bed, 'web');
    remove(bed, 'web');
    bed.wait(300);
    expect(bed.told('web')).toMatchObject({ exits: { error: 1 }, lastExit: 'error' });
    bed.wait(1);
    expect([bed.names(), bed.state.containers.size, bed.state.tallies.size]).toEqual([[], 0, 0]);
    run(bed, 'web', 'web-2');
    expect(bed.exits('web')).toEqual({});
  });

  test('is told no longer after the clock was put back', () => {
    const bed = bedWith(['web']);
    remove(bed, 'web');
    bed.wait(-3600);
    expect(bed.names()).toEqual([]);
  });

  test('is counted though it went before its reason was settled', () => {
    const bed = bedWith(['web']);
    crash(bed, 'web');
    remove(bed, 'web');
    bed.lifecycle.reconcile(() => false);
    bed.wait(1000);
    expect(bed.exits()).toEqual({ error: 1 });
  });

  test('went by itself where the engine removed it after an end that nobody requested', () => {
    const bed = createLifeBed({ isExpected: () => true });
    runOnce(bed, 'crashed', 'crash');
    runOnce(bed, 'ended', 'end');
    runOnce(bed, 'stopped', 'stop');
    run(bed, 'removed');
    bed.learn({ id: 'removed', state: 'exited', startedSeconds: 1, isAutoRemoved: false });
    crash(bed, 'removed');
    remove(bed, 'removed');
    bed.wait(1);
    expect(bed.wentByThemselves()).toEqual(['crashed', 'ended']);
  });

  test('stands for what is expected of it until there is another of its name', () => {
    const bed = createLifeBed({ isExpected: () => true });
    runOnce(bed, 'web', 'crash');
    bed.wait(86_400);
    expect(bed.wentByThemselves()).toEqual(['web']);
    expect([bed.names(viewOf({ isExpected: () => true })), bed.names()]).toEqual([['web'], []]);
    run(bed, 'web', 'web-2');
    bed.wait(1);
    expect(bed.wentByThemselves()).toEqual([]);
  });

  test('stands for nothing that nobody expects', () => {
    const bed = createLifeBed();
    runOnce(bed, 'web', 'crash');
    bed.wait(301);
    expect([bed.wentByThemselves(), bed.state.tallies.size]).toEqual([[], 0]);
  });
});

test('containers are told in the order of their names, and what a filter leaves out not at all', () => {
  const bed = bedWith(['web', 'db', 'cache']);
  crash(bed, 'cache');
  bed.wait(1);
  expect(bed.names()).toEqual(['cache', 'db', 'web']);
  expect(bed.names(viewOf({ isIncluded: ({ name }) => name !== 'cache' }))).toEqual(['db', 'web']);
  expect(bed.exits()).toEqual({ error: 1 });
});

describe('another engine', () => {
  test('has other containers; what the names counted goes on', () => {
    const bed = bedWith(['web', 'old']);
    crash(bed, 'web');
    bed.wait(1);
    bed.lifecycle.forgetEngine();
    run(bed, 'web', 'other');
    crash(bed, 'web', 'other');
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ error: 2 });
    expect(bed.state.containers.size).toBe(1);
    bed.wait(301);
    expect(bed.names()).toEqual(['web']);
  });

  test('takes no exit away that was not settled', () => {
    const bed = bedWith(['web']);
    crash(bed, 'web');
    bed.lifecycle.forgetEngine();
    bed.wait(1);
    expect([bed.exits('web'), bed.exits()]).toEqual([{ error: 1 }, { error: 1 }]);
  });
});
