import { describe, expect, test, vi } from 'vitest';
import { withoutEnded } from '../../../exporter/docker/ended.ts';
import type { ContainerSnapshot } from '../../../exporter/model/container.ts';
import type { HostSnapshot } from '../../../exporter/model/world.ts';
import { viewOf, watchSimulated } from './host-bed.ts';
import { type Bed, containerOf, running } from './lifecycle/life-bed.ts';

/** What one answer says of a container. */
function toldOf({ containers, lifecycle }: HostSnapshot, name: string) {
  const isOf = ({ seriesLabels }: { readonly seriesLabels: Readonly<Record<string, string>> }) =>
    seriesLabels['name'] === name;
  const container = containers.find(({ identity }) => isOf(identity));
  const life = lifecycle?.containers.find(isOf);
  const { error, requested } = life?.exits ?? {};
  return {
    state: container?.facts?.state,
    hasSample: container?.sample !== undefined,
    exits: (error ?? 0) + (requested ?? 0),
    lastExit: life?.lastExit,
  };
}

test('no answer tells of an end and of the container as running, however late the engine says what became of it', async () => {
  const { engine, scrape } = await watchSimulated((it) => {
    it.run({ name: 'web' });
    it.run({ name: 'other' });
  });
  const { id } = engine.container('web');
  engine.faults.add({ match: { path: new RegExp(`^/containers/${id}/json$`) }, kind: 'delay', seconds: 1.5 });
  const told: ReturnType<typeof toldOf>[] = [];
  engine.die('web', 3);
  await vi.waitFor(
    async () => {
      const snapshot = await scrape();
      told.push(toldOf(snapshot, 'web'));
      expect(toldOf(snapshot, 'other')).toEqual({ state: 'running', hasSample: true, exits: 0, lastExit: undefined });
      expect(told.at(-1)).toEqual({ state: 'exited', hasSample: false, exits: 1, lastExit: 'error' });
    },
    { timeout: 5000, interval: 20 },
  );
  expect(told.filter(({ state, exits }) => state === 'running' && exits > 0)).toEqual([]);
  // Its end is counted all the same.
  expect(told.some(({ state, exits }) => state !== 'exited' && exits > 0)).toBe(true);
});

const identity = viewOf().identify(containerOf({ state: 'running' })) ?? expect.fail('no name');
const shown = (startedSeconds: number): ContainerSnapshot => ({
  identity,
  facts: { state: 'running', startedSeconds, limits: {} },
});

describe('of what was looked at before, one that runs is shown', () => {
  const isShown = (bed: Bed, startedSeconds: number) =>
    withoutEnded([shown(startedSeconds)], bed.lifecycle.state).length === 1;
  const ended = () => {
    const bed = running();
    bed.tell('die', 'web', { exitCode: '3' });
    return bed;
  };

  test('as long as its end is not counted', () => {
    const bed = ended();
    expect([isShown(bed, bed.startedSeconds), bed.exits('web')]).toEqual([true, {}]);
    bed.wait(1);
    expect([isShown(bed, bed.startedSeconds), bed.exits('web')]).toEqual([false, { error: 1 }]);
  });

  test('when it has started again, whoever tells of that first', () => {
    const bed = ended();
    bed.wait(1);
    expect(isShown(bed, bed.nowSeconds())).toBe(true);
    bed.tell('start', 'web');
    expect(isShown(bed, bed.startedSeconds)).toBe(true);
  });

  test('not when it has gone without an event', () => {
    const bed = running();
    bed.lifecycle.reconcile(() => false);
    expect([isShown(bed, bed.startedSeconds), bed.exits('web')]).toEqual([false, { unknown: 1 }]);
  });
});
