import { describe, expect, test } from 'vitest';
import { type Bed, createLifeBed, running } from './life-bed.ts';

const POLICY = { restartPolicy: 'always' };
const crash = (bed: Bed) => bed.tell('die', 'web', { exitCode: '3' });

describe('a restart that the policy decided on', () => {
  const waiting = () => {
    const bed = running(POLICY);
    crash(bed);
    bed.learn({ ...POLICY, state: 'restarting', startedSeconds: bed.startedSeconds, engineRestarts: 1, exitCode: 3 });
    bed.wait(1);
    return bed;
  };

  test('is none before it begins', () => {
    const bed = waiting();
    expect(bed.told('web')).toMatchObject({ restarts: 0, lastExit: 'error' });
    bed.tell('start', 'web');
    bed.learn({ ...POLICY, state: 'running', startedSeconds: bed.nowSeconds(), engineRestarts: 1 });
    expect(bed.told('web')).toMatchObject({ restarts: 1 });
  });

  test('and that a stop prevented is none, neither then nor when somebody starts it', () => {
    const bed = waiting();
    bed.tell('stop', 'web');
    bed.learn({ ...POLICY, state: 'exited', startedSeconds: bed.startedSeconds, engineRestarts: 1, exitCode: 3 });
    expect(bed.told('web')).toMatchObject({ restarts: 0, exits: { error: 1, requested: 0 }, lastExit: 'error' });
    bed.tell('start', 'web');
    bed.learn({ ...POLICY, state: 'running', startedSeconds: bed.nowSeconds(), engineRestarts: 0 });
    expect(bed.told('web')).toMatchObject({ restarts: 0 });
  });

  test('and that somebody came before with a start by hand is none', () => {
    const bed = waiting();
    bed.tell('start', 'web');
    bed.learn({ ...POLICY, state: 'running', startedSeconds: bed.nowSeconds(), engineRestarts: 0 });
    expect(bed.told('web')).toMatchObject({ restarts: 0 });
  });
});

/** Crashes at once, each time; nobody has looked since it was created. */
const loop = (): Bed => {
  const bed = createLifeBed();
  bed.tell('create', 'web');
  for (let times = 0; times < 3; times++) {
    bed.wait(0.1);
    bed.tell('start', 'web');
    crash(bed);
  }
  return bed;
};
const ended = (bed: Bed, engineRestarts: number) => {
  const seconds = bed.nowSeconds();
  const facts = { startedSeconds: seconds, finishedSeconds: seconds, exitCode: 3, engineRestarts };
  bed.learn({ ...POLICY, state: 'exited', ...facts });
};

describe('of a loop that nobody saw', () => {
  test('every start was one where the policy gave up', () => {
    const bed = loop();
    ended(bed, 2);
    expect(bed.told('web')).toMatchObject({ restarts: 2 });
  });

  test.each([0.1, 2])('the last was none where a stop came %d s after the last end', (seconds) => {
    const bed = loop();
    bed.wait(seconds);
    bed.tell('stop', 'web');
    ended(bed, 3);
    expect(bed.told('web')).toMatchObject({ restarts: 2 });
  });

  test.each([
    ['before', ['kill', 'stop', 'die']],
    ['after', ['kill', 'die', 'stop']],
  ])('every start was one where somebody stopped it while it ran, and that is told %s its end', (_, actions) => {
    const bed = loop();
    bed.tell('start', 'web');
    for (const action of actions) bed.tell(action, 'web', action === 'kill' ? { signal: '15' } : { exitCode: '0' });
    ended(bed, 3);
    expect(bed.told('web')).toMatchObject({ restarts: 3 });
  });
});
