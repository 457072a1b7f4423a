import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createHostMemory, type HostMemory } from '../../../../exporter/docker/host-memory.ts';
import { EXIT_REASONS, type HostLifecycle } from '../../../../exporter/model/lifecycle.ts';
import type { HostSnapshot } from '../../../../exporter/model/world.ts';
import { viewOf } from '../host-bed.ts';
import { BEGAN_SECONDS } from './life-bed.ts';
import { type Heard, live, operations, type Truth } from './life-model.ts';

// Of computing alone, of which a busy machine does little in ten seconds.
vi.setConfig({ testTimeout: 60_000 });

/** A process that watches the engine, and then the next one that goes on with what it saved. */
function createWatcher() {
  const clock = { nowSeconds: BEGAN_SECONDS };
  const begin = (saved: string | undefined): HostMemory => {
    const memory = createHostMemory({
      host: 'edge-1',
      saved,
      onUnreadable: (error) => {
        throw error;
      },
      nowMs: () => (clock.nowSeconds - BEGAN_SECONDS) * 1000,
      nowSeconds: () => clock.nowSeconds,
      onDue: () => undefined,
      onChange: () => undefined,
    });
    memory.meet('engine');
    memory.ledger.beginsAtMs(BEGAN_SECONDS * 1000);
    return memory;
  };
  let memory = begin(undefined);
  memory.goCurrent();
  const hear = ({ event }: Heard) => {
    if (memory.ledger.add(event)) memory.lifecycle.apply(event, true);
  };
  const waitUntil = (seconds: number) => {
    clock.nowSeconds = seconds;
    memory.lifecycle.settle();
    memory.lifecycle.forgetGone();
  };
  return {
    /** One event, live, and what inspect says then. */
    live: (heard: Heard) => {
      waitUntil(heard.atSeconds);
      hear(heard);
      if (heard.container !== undefined) memory.lifecycle.learn(heard.container);
    },
    /** The process ends; later another one begins, and is told of these again. */
    goOn: (nowSeconds: number, replayed: readonly Heard[]) => {
      const saved = memory.save();
      clock.nowSeconds = nowSeconds;
      memory = begin(saved);
      for (const heard of replayed) hear(heard);
      memory.goCurrent();
    },
    /** Nobody tells of what happened; these are there now. Of the last events some come late. */
    lose: (nowSeconds: number, present: readonly Heard[], late: readonly Heard[]) => {
      waitUntil(nowSeconds);
      memory.meet('engine');
      memory.lifecycle.doubt();
      memory.lifecycle.reconcile((id) => present.some(({ container }) => container?.id === id));
      for (const { container } of present) if (container !== undefined) memory.lifecycle.learn(container);
      memory.goCurrent();
      for (const heard of late) hear(heard);
    },
    waitUntil,
    told: (): Told => {
      const { lifecycle, events } = memory.snapshot({
        view: viewOf(),
        isUp: true,
        isStreaming: true,
        clockSkewSeconds: 0,
      });
      if (lifecycle === undefined) throw new Error('nothing told');
      return { lifecycle, events };
    },
  };
}

interface Told {
  readonly lifecycle: HostLifecycle;
  readonly events: HostSnapshot['events'];
}

/** Every counter by what it counts. */
function countersOf({ lifecycle: { exits, containers }, events }: Told): ReadonlyMap<string, number> {
  const ofHost = EXIT_REASONS.map((reason) => [`host ${reason}`, exits[reason]] as const);
  const ofNames = containers.flatMap(({ seriesLabels, exits: ofName, restarts, oomEvents }) => [
    ...EXIT_REASONS.map((reason) => [`${seriesLabels['name']} ${reason}`, ofName[reason]] as const),
    [`${seriesLabels['name']} restarts`, restarts] as const,
    [`${seriesLabels['name']} oom events`, oomEvents] as const,
  ]);
  const ofEvents = (events.totals?.counts ?? []).map(([type, action, count]) => [`${type} ${action}`, count] as const);
  return new Map([...ofHost, ...ofNames, ...ofEvents]);
}

const sum = (exits: Readonly<Record<string, number>>): number =>
  Object.values(exits).reduce((all, one) => all + one, 0);

function expectGrowth(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
  for (const [counter, count] of before) expect(after.get(counter), counter).toBeGreaterThanOrEqual(count);
}

function expectSums({ lifecycle: { exits, containers } }: Told): void {
  for (const reason of EXIT_REASONS) {
    expect(
      containers.reduce((all, one) => all + one.exits[reason], 0),
      reason,
    ).toBe(exits[reason]);
  }
}

/** Told to the end, with a second for the last to be settled. */
function finish(watcher: ReturnType<typeof createWatcher>, { heard }: Truth): Told {
  watcher.waitUntil((heard.at(-1)?.atSeconds ?? BEGAN_SECONDS) + 1);
  return watcher.told();
}

function watchAll(truth: Truth): Told {
  const watcher = createWatcher();
  for (const heard of truth.heard) watcher.live(heard);
  return finish(watcher, truth);
}

const ofTruth = ({ containers }: Truth) => ({
  ends: containers.reduce((all, { ends }) => all + ends, 0),
  restarts: containers.reduce((all, { byPolicy }) => all + byPolicy, 0),
});

const cuts = fc.array(fc.record({ at: fc.nat(200), downEvents: fc.nat(30), repeated: fc.nat(40) }), { maxLength: 6 });

test('what is heard is what happened', () => {
  fc.assert(
    fc.property(operations, (all) => {
      const truth = live(all);
      const told = watchAll(truth);
      expect(sum(told.lifecycle.exits)).toBe(ofTruth(truth).ends);
      expect(told.lifecycle.containers.reduce((restarts, one) => restarts + one.restarts, 0)).toBe(
        ofTruth(truth).restarts,
      );
      expectSums(told);
    }),
    { numRuns: 300 },
  );
});

test('R12: however often the process ends, no counter goes back, and at the end all are as if it had not', () => {
  fc.assert(
    fc.property(operations, cuts, (all, breaks) => {
      const truth = live(all);
      const { heard } = truth;
      const watcher = createWatcher();
      let before = countersOf(watcher.told());
      for (let next = 0; next < heard.length; next++) {
        const cut = breaks.find(({ at }) => at === next);
        if (cut !== undefined) {
          next = Math.min(next + cut.downEvents, heard.length - 1);
          const replayed = heard.slice(Math.max(0, next - cut.downEvents - cut.repeated), next);
          watcher.goOn(heard[next]?.atSeconds ?? 0, replayed);
        }
        const one = heard[next];
        if (one !== undefined) watcher.live(one);
        const told = watcher.told();
        expectGrowth(before, countersOf(told));
        expectSums(told);
        before = countersOf(told);
      }
      const told = finish(watcher, truth);
      expect(withoutRestarts(told)).toEqual(withoutRestarts(watchAll(truth)));
      const restarts = told.lifecycle.containers.reduce((sumOf, one) => sumOf + one.restarts, 0);
      expect(restarts).toBeLessThanOrEqual(ofTruth(truth).restarts);
    }),
    { numRuns: 500 },
  );
});

/** Which, while nobody looks, a start by hand takes away (trap 4). */
const withoutRestarts = (told: Told) => [...countersOf(told)].filter(([counter]) => !counter.endsWith(' restarts'));

/** The last that was heard of each container until then. */
function presentAt(heard: readonly Heard[]): readonly Heard[] {
  const last = new Map(heard.map((one) => [one.event.actorId, one]));
  return [...last.values()].filter(({ container }) => container !== undefined);
}

test('R15: of a stretch that nobody told of, no more ends are counted than there were', () => {
  fc.assert(
    fc.property(operations, fc.nat(200), fc.integer({ min: 1, max: 60 }), fc.nat(6), (all, from, length, lateOnes) => {
      const truth = live(all);
      const { heard } = truth;
      const first = Math.min(from, heard.length);
      const next = Math.min(first + length, heard.length);
      const watcher = createWatcher();
      for (const one of heard.slice(0, first)) watcher.live(one);
      const late = heard.slice(Math.max(first, next - lateOnes), next);
      watcher.lose(heard[next - 1]?.atSeconds ?? BEGAN_SECONDS, presentAt(heard.slice(0, next)), late);
      for (const one of heard.slice(next)) watcher.live(one);
      const told = finish(watcher, truth);
      const counted = sum(told.lifecycle.exits);
      expect(counted).toBeLessThanOrEqual(ofTruth(truth).ends);
      if (isSimple(heard.slice(0, first), heard.slice(first, next))) expect(counted).toBe(ofTruth(truth).ends);
      const restarts = told.lifecycle.containers.reduce((sumOf, one) => sumOf + one.restarts, 0);
      expect(restarts).toBeLessThanOrEqual(ofTruth(truth).restarts);
    }),
    { numRuns: 1000 },
  );
});

/**
 * Each container was known before, was started and ended at most once, and has not gone unless it was running before:
 * of two starts by hand, inspect shows the second alone.
 */
function isSimple(before: readonly Heard[], lost: readonly Heard[]): boolean {
  const known = new Map(presentAt(before).map(({ event, container }) => [event.actorId, container]));
  return [...new Set(lost.map(({ event }) => event.actorId))].every((id) => {
    const actions = lost.filter(({ event }) => event.actorId === id).map(({ event }) => event.action);
    const wasRunning = known.get(id)?.facts.state === 'running';
    return (
      known.has(id) &&
      ['start', 'die'].every((once) => actions.filter((action) => action === once).length <= 1) &&
      (!actions.includes('destroy') || (wasRunning && !actions.includes('start')))
    );
  });
}

test('the model has all that it is asked for', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(operations, (all) => {
      for (const { event } of live(all).heard) seen.add(event.action);
    }),
    { numRuns: 200 },
  );
  expect([...seen].sort()).toEqual(['create', 'destroy', 'die', 'kill', 'oom', 'rename', 'start', 'stop']);
});
