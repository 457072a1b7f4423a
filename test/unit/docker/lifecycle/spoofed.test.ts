import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../../../exporter/docker/parse/event.ts';
import { createLifeBed, idOf } from './life-bed.ts';

describe('trap 15: labels lie', () => {
  const LABELS = { exitCode: '0', containerExitCode: '0', signal: '15', name: 'other', image: 'other' };

  test('an exit code that a label tells is not believed: inspect is', () => {
    const bed = createLifeBed();
    bed.tell('create', 'web', { exitCode: '0' });
    bed.tell('start', 'web', { exitCode: '0' });
    bed.tell('die', 'web', { exitCode: '0' });
    bed.learn({ state: 'exited', startedSeconds: 1, exitCode: 3, labels: { exitCode: '0' } });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ error: 1 });
  });

  test('without an inspect in time nobody knows it', () => {
    const bed = createLifeBed();
    bed.tell('create', 'web', { exitCode: '0' });
    bed.tell('start', 'web', { exitCode: '0' });
    bed.tell('die', 'web', { exitCode: '0' });
    bed.tell('start', 'web', { exitCode: '0' });
    bed.learn({ state: 'running', startedSeconds: 1, labels: { exitCode: '0' } });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ unknown: 1 });
  });

  test('inspect is asked also where its answer is what was seen already', () => {
    const bed = createLifeBed();
    const inspected = { state: 'exited', startedSeconds: 1, exitCode: 3, labels: { exitCode: '0' } } as const;
    bed.learn({ state: 'running', startedSeconds: 1, labels: { exitCode: '0' } });
    bed.learn(inspected);
    bed.tell('die', 'web', { exitCode: '0' });
    bed.learn(inspected);
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ error: 1 });
  });

  test('a signal that a label tells makes no crash a request', () => {
    const bed = createLifeBed();
    bed.tell('create', 'web', { signal: '15' });
    bed.tell('start', 'web', { signal: '15' });
    bed.tell('kill', 'web', { signal: '15' });
    bed.wait(1);
    bed.tell('die', 'web', { signal: '15', exitCode: '3' });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ error: 1 });
  });

  test('of a container that is first heard of at its end, nothing is believed until its labels are known', () => {
    const bed = createLifeBed();
    bed.tell('die', 'web', { exitCode: '0' });
    bed.learn({ state: 'exited', startedSeconds: 1, exitCode: 3 });
    bed.wait(1);
    expect(bed.exits('web')).toEqual({ error: 1 });
  });

  test('name and image are the engine’s own in every event', () => {
    const bed = createLifeBed();
    bed.learn({ state: 'running', startedSeconds: 1, labels: LABELS });
    bed.tell('die', 'web', { ...LABELS, name: 'web', image: 'app:1' });
    bed.wait(1);
    expect(bed.names()).toEqual(['web']);
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    '%s is a name and a label like any other',
    (key) => {
      const bed = createLifeBed();
      const attributes = (more: string) => `{"name":"${key}","image":"i","${key}":"x"${more}}`;
      const events = ['create', 'start', 'kill', 'die'].map((action) => {
        const more = action === 'die' ? ',"exitCode":"3"' : action === 'kill' ? `,"signal":"${key}"` : '';
        const actor = `{"ID":"${idOf('x')}","Attributes":${attributes(more)}}`;
        return parseEvent(`{"Type":"container","Action":"${action}","Actor":${actor},"timeNano":1795222000000000000}`);
      });
      for (const event of events) bed.lifecycle.apply(event, true);
      bed.wait(1);
      expect(bed.exits(key)).toEqual({ error: 1 });
    },
  );
});

test.each(['', 'web', 'a'.repeat(63), 'A'.repeat(64), `${'a'.repeat(63)}/`, '../'.repeat(21), 'constructor'])(
  'an id that no engine gives is passed over: %s',
  (actorId) => {
    const bed = createLifeBed();
    const event = { type: 'container', action: 'die', actorId, attributes: { name: 'web' }, timeNano: '1' };
    bed.lifecycle.apply(event, true);
    bed.wait(1);
    expect([bed.state.containers.size, bed.exits()]).toEqual([0, {}]);
  },
);

test('what happens to an image, a network or a volume is no life of a container', () => {
  const bed = createLifeBed();
  for (const type of ['image', 'network', 'volume', 'constructor']) {
    bed.lifecycle.apply({ type, action: 'destroy', actorId: idOf('web'), attributes: {}, timeNano: '1' }, true);
  }
  expect(bed.state.containers.size).toBe(0);
});
