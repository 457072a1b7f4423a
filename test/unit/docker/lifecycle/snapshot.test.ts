import { describe, expect, test } from 'vitest';
import { snapshotLifecycle } from '../../../../exporter/docker/lifecycle/snapshot.ts';
import { viewOf } from '../host-bed.ts';
import { type Bed, createLifeBed, type Inspected, running } from './life-bed.ts';

const whileDown = (bed: Bed) =>
  snapshotLifecycle(bed.state, { view: viewOf(), nowSeconds: bed.nowSeconds(), clockSkewSeconds: 0, isUp: false });

describe('R22: while the engine is down', () => {
  test('counters are told, and not why a container is ended: nobody knows whether it still is', () => {
    const bed = running();
    bed.tell('die', 'web', { exitCode: '3' });
    bed.wait(1);
    const [told] = whileDown(bed).containers;
    expect(told).toMatchObject({ exits: { error: 1 } });
    expect(told).not.toHaveProperty('lastExit');
    expect(whileDown(bed).exits).toMatchObject({ error: 1 });
  });

  test('what is gone stays gone', () => {
    const bed = running();
    bed.tell('die', 'web', { exitCode: '3' });
    bed.tell('destroy', 'web');
    bed.wait(1);
    expect(whileDown(bed).containers).toMatchObject([{ lastExit: 'error' }]);
  });
});

test('a container and what happened to it are told under the same labels object', () => {
  const bed = createLifeBed();
  const view = viewOf();
  const inspected: Inspected = {
    state: 'running',
    startedSeconds: 1,
    labels: { 'com.docker.compose.project': 'shop' },
  };
  bed.learn(inspected);
  const [tracked] = bed.state.containers.values();
  if (tracked === undefined) throw new Error('not learnt');
  const identity = view.identify({ id: 'web', description: tracked.description });
  expect(bed.told('web', view)?.seriesLabels).toBe(identity?.seriesLabels);
});

test.each(['exited', 'dead', 'removing'] as const)(
  'one that is %s and never ran has no reason to be ended',
  (state) => {
    const bed = createLifeBed();
    bed.learn({ state });
    expect(bed.told('web')).not.toHaveProperty('lastExit');
  },
);

test.each(['exited', 'dead', 'removing', 'restarting'] as const)('one that is %s has ended', (state) => {
  const bed = running();
  bed.tell('die', 'web', { exitCode: '3' });
  bed.learn({ state, startedSeconds: bed.startedSeconds, exitCode: 3 });
  bed.wait(1);
  bed.learn({ state, startedSeconds: bed.startedSeconds, exitCode: 3, engineRestarts: 1 });
  expect(bed.told('web')?.lastExit).toBe('error');
});

describe('whether a policy has given up', () => {
  const LIMITED = { restartPolicy: 'on-failure', maximumRestarts: 2 } as const;
  const policies = (policy: Partial<Inspected>) => {
    const bed = running(policy);
    const say = (state: Inspected['state'], engineRestarts: number) => {
      bed.learn({ state, engineRestarts, startedSeconds: bed.startedSeconds, exitCode: 3, ...policy });
    };
    return { ...bed, say, hasGivenUp: () => bed.told('web')?.hasGivenUp };
  };

  test('is told of a policy with a limit, from the start to the end', () => {
    const bed = policies(LIMITED);
    const told = [bed.hasGivenUp()];
    for (const restarts of [1, 2]) {
      bed.tell('die', 'web', { exitCode: '3' });
      bed.say('restarting', restarts);
      bed.wait(1);
      told.push(bed.hasGivenUp());
      bed.tell('start', 'web');
      bed.say('running', restarts);
      told.push(bed.hasGivenUp());
    }
    bed.tell('die', 'web', { exitCode: '3' });
    bed.say('exited', 2);
    expect([...told, bed.hasGivenUp()]).toEqual([false, false, false, false, false, undefined]);
    bed.wait(1);
    expect(bed.hasGivenUp()).toBe(true);
  });

  test('is not known until inspect says whether it waits', () => {
    const bed = policies(LIMITED);
    bed.tell('die', 'web', { exitCode: '3' });
    bed.wait(1);
    expect(bed.hasGivenUp()).toBeUndefined();
  });

  test.each([
    { what: 'was stopped while it waited', exitCode: '3', restarts: 1, expected: false },
    { what: 'ended well at last', exitCode: '0', restarts: 2, expected: false },
    { what: 'was killed at last', exitCode: '137', restarts: 2, expected: true },
  ])('of one that $what: $expected', ({ exitCode, restarts, expected }) => {
    const bed = policies(LIMITED);
    bed.tell('die', 'web', { exitCode });
    bed.say('exited', restarts);
    bed.wait(1);
    expect(bed.hasGivenUp()).toBe(expected);
  });

  test('is not known where nobody knows why it ended', () => {
    const bed = policies(LIMITED);
    bed.lifecycle.doubt();
    bed.say('exited', 2);
    bed.lifecycle.release();
    expect([bed.told('web')?.lastExit, bed.hasGivenUp()]).toEqual(['unknown', undefined]);
  });

  test.each<Partial<Inspected>>([{}, { restartPolicy: 'always' }, { restartPolicy: 'on-failure' }])(
    'is told of no policy without a limit: %o',
    (policy) => {
      const bed = policies(policy);
      bed.tell('die', 'web', { exitCode: '3' });
      bed.say('exited', 2);
      bed.wait(1);
      expect(bed.told('web')).not.toHaveProperty('hasGivenUp');
    },
  );
});
