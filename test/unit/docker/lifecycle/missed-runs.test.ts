import { describe, expect, test } from 'vitest';
import {
  endsBetween,
  NEVER_RUN,
  type RunState,
  restartsBetween,
  runStateOf,
} from '../../../../exporter/docker/lifecycle/missed-runs.ts';
import { containerOf } from './life-bed.ts';

interface Life extends RunState {
  readonly startedSeconds: number;
  readonly ends: number;
  readonly byPolicy: number;
  /** It was stopped while it waited. */
  readonly isCancelled?: true;
}

type Continue = (life: Life) => readonly Life[];

const startOf = ({ isUndecided: _, isCancelled: _it, ...life }: Life, restarts: number): Life => ({
  ...life,
  isAlive: true,
  isWaiting: false,
  restarts,
  startedSeconds: life.startedSeconds + 1,
});

/**
 * What can happen next, measured on 28.5 and 20.10. A start by hand counts from 0 again; a stop while it waits keeps the
 * count (trap 4).
 */
function onDocker(life: Life): readonly Life[] {
  const { isAlive, isWaiting, restarts, ends, byPolicy } = life;
  const ended = { ...life, isAlive: false, isWaiting: false };
  if (isAlive) {
    // It counts when it decides, and starts it later.
    const waiting = { ...ended, isWaiting: true, restarts: restarts + 1, ends: ends + 1 };
    return [{ ...ended, ends: ends + 1 }, waiting];
  }
  const byHand = startOf(life, 0);
  if (!isWaiting) return [byHand];
  return [{ ...startOf(life, restarts), byPolicy: byPolicy + 1 }, byHand, { ...ended, isCancelled: true }];
}

/** R46: none waits; one that is stopped is restarted by its policy, which counts only then, or is ended for good. */
function onPodman(life: Life): readonly Life[] {
  const { isUndecided, ...decided } = life;
  if (life.isAlive) return [{ ...life, isAlive: false, isUndecided: true, ends: life.ends + 1 }];
  const byHand = startOf(life, 0);
  const byPolicy = { ...startOf(life, life.restarts + 1), byPolicy: life.byPolicy + 1 };
  return isUndecided === true ? [byHand, byPolicy, decided] : [byHand];
}

const MOST_RESTARTS = 3;
const MOST_STEPS = 13;

const stateOf = ({ isAlive, isWaiting, isUndecided }: Life) =>
  isAlive ? 'alive' : isWaiting ? 'waiting' : isUndecided === true ? 'undecided' : 'ended';

const kindOf = (life: Life) => `${stateOf(life)} ${life.restarts} ${life.startedSeconds === 1 ? 'same' : 'new'} start`;

const kindAndEndOf = (life: Life) => `${kindOf(life)}${life.isCancelled === true ? ', cancelled' : ''}`;

/** Every state that follows one, with the least that may have happened on the way. */
function futuresOf(before: Life, continuations: Continue, kindOfLife = kindOf): ReadonlyMap<string, Life> {
  const futures = new Map<string, Life>();
  let layer: readonly Life[] = [before];
  for (let step = 0; step < MOST_STEPS; step++) {
    for (const life of layer) {
      const least = futures.get(kindOfLife(life)) ?? life;
      const ends = Math.min(least.ends, life.ends);
      futures.set(kindOfLife(life), { ...life, ends, byPolicy: Math.min(least.byPolicy, life.byPolicy) });
    }
    layer = [...new Map(layer.flatMap(continuations).map((life) => [JSON.stringify(life), life])).values()];
  }
  return new Map([...futures].filter(([, { restarts }]) => restarts <= MOST_RESTARTS));
}

const lifeOf = (state: Pick<Life, 'isAlive' | 'isWaiting' | 'isUndecided'>, restarts: number) => {
  const life: Life = { ...state, startedSeconds: 1, restarts, ends: 0, byPolicy: 0 };
  return [`${stateOf(life)} ${restarts}`, life] as const;
};
const ALIVE = { isAlive: true, isWaiting: false };
const WAITING = { isAlive: false, isWaiting: true };
const ENDED = { isAlive: false, isWaiting: false };
const UNDECIDED = { ...ENDED, isUndecided: true };
const COUNTS = [0, 1, 2, 3];

const LOOKED_AT = [
  ...COUNTS.flatMap((restarts) => [lifeOf(ALIVE, restarts), lifeOf(ENDED, restarts)]),
  ...COUNTS.slice(1).map((restarts) => lifeOf(WAITING, restarts)),
];

describe('R15: from one look to the next', () => {
  test.each(LOOKED_AT)(
    '%s: as many ends and restarts are told as the shortest life between has, and no more',
    (_, before) => {
      const futures = [...futuresOf(before, onDocker)];
      const told = futures.map(([kind, now]) => [
        kind,
        endsBetween(before, now),
        restartsBetween(before, now, undefined),
      ]);
      expect(told).toEqual(futures.map(([kind, { ends, byPolicy }]) => [kind, ends, byPolicy]));
      expect(futures.length).toBeGreaterThanOrEqual(11);
    },
  );

  test.each(LOOKED_AT)(
    '%s: who knows whether it was stopped while it waited tells as many restarts as there were at least',
    (_, before) => {
      const futures = [...futuresOf(before, onDocker, kindAndEndOf)];
      const told = futures.map(([kind, now]) => [kind, restartsBetween(before, now, now.isCancelled === true)]);
      expect(told).toEqual(futures.map(([kind, { byPolicy }]) => [kind, byPolicy]));
      expect(futures.some(([, { isCancelled }]) => isCancelled)).toBe(true);
    },
  );

  test.each(COUNTS.flatMap((restarts) => [ALIVE, ENDED, UNDECIDED].map((state) => lifeOf(state, restarts))))(
    'of Podman, %s: no more ends and restarts are told than there were',
    (_, before) => {
      for (const [kind, now] of futuresOf(before, onPodman)) {
        expect(endsBetween(before, now), kind).toBeLessThanOrEqual(now.ends);
        expect(restartsBetween(before, now, false), kind).toBeLessThanOrEqual(now.byPolicy);
      }
    },
  );
});

const alive = (startedSeconds: number, restarts = 0): RunState => ({ ...ALIVE, startedSeconds, restarts });
const waiting = (startedSeconds: number, restarts: number): RunState => ({ ...WAITING, startedSeconds, restarts });
const ended = (startedSeconds: number, restarts = 0): RunState => ({ ...ENDED, startedSeconds, restarts });

test.each([
  { what: 'a restart by hand while it waits ends nothing', before: waiting(1, 3), now: alive(2), ends: 0, restarts: 0 },
  { what: 'a stop while it waits ends nothing', before: waiting(1, 3), now: ended(1, 3), ends: 0, restarts: 0 },
  { what: 'a restart that is decided on is none yet', before: alive(1), now: waiting(1, 1), ends: 1, restarts: 0 },
  { what: 'a restart that was decided on', before: waiting(1, 1), now: alive(2, 1), ends: 0, restarts: 1 },
  { what: 'a loop that was stopped while it ran', before: alive(1), now: ended(2, 2), ends: 2, restarts: 2 },
  { what: 'a restart by hand of one that had looped', before: alive(1, 2), now: alive(2), ends: 1, restarts: 0 },
  { what: 'a loop begun by hand', before: ended(1), now: alive(4, 2), ends: 2, restarts: 2 },
  { what: 'the same as before', before: alive(1, 2), now: alive(1, 2), ends: 0, restarts: 0 },
])('$what', ({ before, now, ends, restarts }) => {
  expect(endsBetween(before, now)).toBe(ends);
  expect(restartsBetween(before, now, false)).toBe(restarts);
});

test('R46: of one that Podman has not decided on, the policy goes on counting', () => {
  const undecided: RunState = { ...ended(1, 3), isUndecided: true };
  expect([endsBetween(undecided, alive(2, 4)), restartsBetween(undecided, alive(2, 4), false)]).toEqual([0, 1]);
  expect([endsBetween(undecided, alive(2)), restartsBetween(undecided, alive(2), false)]).toEqual([0, 0]);
});

test('R34: one that by its times ended before it started has ended once', () => {
  const container = containerOf({ state: 'exited', startedSeconds: 10.0003, finishedSeconds: 10 });
  expect(endsBetween(NEVER_RUN, runStateOf(container))).toBe(1);
});

test.each([
  ['created', { isAlive: false, isWaiting: false }],
  ['running', { isAlive: true, isWaiting: false }],
  ['paused', { isAlive: true, isWaiting: false }],
  ['restarting', { isAlive: false, isWaiting: true }],
  ['removing', { isAlive: false, isWaiting: false }],
  ['exited', { isAlive: false, isWaiting: false }],
  ['dead', { isAlive: false, isWaiting: false }],
] as const)('one that is %s', (state, expected) => {
  expect(runStateOf(containerOf({ state }))).toMatchObject(expected);
});

test('one that was never started has no start, and no restarts where the engine tells none', () => {
  const { facts, ...rest } = containerOf({ state: 'created' });
  const { startedSeconds: _started, engineRestarts: _restarts, ...bare } = facts;
  expect(runStateOf({ ...rest, facts: bare })).toEqual(NEVER_RUN);
});
