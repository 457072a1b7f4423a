import type { EngineContainer } from '../model/engine-container.ts';
import type { SampleFailure } from '../model/sample.ts';
import type { HostSnapshot } from '../model/world.ts';
import { inSlices } from '../util/in-slices.ts';
import { nextTurn } from '../util/next-turn.ts';
import { waitAtMost } from '../util/wait-at-most.ts';
import { clockSkewSeconds } from './clock-skew.ts';
import { expectationsOf } from './expectations.ts';
import type { HostMemory } from './host-memory.ts';
import type { Inventory } from './inventory.ts';
import { goneByThemselves } from './lifecycle/snapshot.ts';
import { type SampleSources, type TakenSamples, takeSamples } from './take-samples.ts';
import { type ContainerView, countStates, hasCounters, snapshotContainer, visibleContainers } from './visible.ts';

export interface ObserveOptions {
  readonly pinged: Pinged;
  readonly sources: SampleSources;
  readonly inventory: Inventory;
  readonly memory: Pick<HostMemory, 'lifecycle'>;
  readonly view: ContainerView;
  /** Until the signal aborts. */
  readonly timeMs: number;
}

/** An answer to a ping, with the times (Unix milliseconds) between which it was given. */
export interface Pinged {
  readonly dateMs?: number;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

/** What only an engine that answers can tell. */
export type Seen = Pick<
  HostSnapshot,
  'clockSkewSeconds' | 'containerCounts' | 'containers' | 'expectations' | 'readAtSeconds' | 'sampleSources'
>;

export interface Observed {
  readonly snapshot: Seen;
  readonly sampleFailures: Iterable<SampleFailure>;
  readonly obstacle: TakenSamples['obstacle'];
}

/** An event takes some milliseconds to become part of the inventory: what ended just now is not shown as running. */
const CATCH_UP_MS = 50;

/** Asks an engine that answered a ping for a sample of each container that runs, as far as the signal lets it. */
export async function observeEngine(options: ObserveOptions, signal: AbortSignal): Promise<Observed> {
  const { pinged, sources, inventory, memory, view } = options;
  await inSlices(identifyEach(inventory.containers(), view));
  const look = () => visibleContainers(inventory.containers(), view, pinged.dateMs ?? pinged.answeredAtMs);
  const running = look().filter(({ container }) => hasCounters(container));
  const sampled = running.map(({ container }) => container);
  const { samples, failures, counts, obstacle } = await takeSamples(sampled, sources, signal, options.timeMs);
  await waitAtMost(CATCH_UP_MS, inventory.settled());
  // The last answers were worked on in this one.
  await nextTurn();
  // Looked at again: what ended while the samples were read has none, and no state of before. All that is told of them is of
  // this turn; what is counted is of one a little later, and may know of an end that is not shown yet.
  const shown = look();
  const all = [...inventory.containers()];
  const { state } = memory.lifecycle;
  const unread = inventory.unknownIds().flatMap((id) => state.containers.get(id)?.description ?? []);
  const gone = goneByThemselves(state);
  const readAtSeconds = Date.now() / 1000;
  // Each of these takes some milliseconds at 500 containers.
  await nextTurn();
  const containers = shown.map((one) =>
    snapshotContainer(one, hasCounters(one.container) ? samples.get(one.container.id) : undefined),
  );
  await nextTurn();
  const snapshot = {
    ...(pinged.dateMs !== undefined && {
      clockSkewSeconds: clockSkewSeconds(pinged.dateMs, pinged.askedAtMs, pinged.answeredAtMs),
    }),
    readAtSeconds,
    containerCounts: countStates(all),
    containers,
    sampleSources: counts,
    expectations: expectationsOf({ view, shown, all, unread, gone }),
  };
  return { snapshot, sampleFailures: failures.values(), obstacle };
}

/** Identities are kept: what looks at all containers in one turn finds them. */
function* identifyEach(containers: Iterable<EngineContainer>, { identify }: ContainerView): Generator<undefined> {
  for (const container of containers) {
    identify(container);
    yield;
  }
}

/** What the kernel's files still tell of an engine that does not answer: no facts, for nobody knows them (R22). */
export async function observeWithoutEngine(
  { kernel, inventory, view }: Pick<ObserveOptions, 'inventory' | 'view'> & Pick<SampleSources, 'kernel'>,
  signal: AbortSignal,
): Promise<Pick<HostSnapshot, 'containers' | 'readAtSeconds' | 'sampleSources'> | undefined> {
  if (kernel === undefined) return undefined;
  const running = visibleContainers(inventory.containers(), view, Date.now()).filter((c) => hasCounters(c.container));
  const containers = running.map(({ container }) => container);
  const { samples, counts } = await takeSamples(containers, { kernel }, signal, 0);
  return {
    readAtSeconds: Date.now() / 1000,
    containers: running.flatMap((one) => {
      const { facts: _unknown, ...rest } = snapshotContainer(one, samples.get(one.container.id));
      return rest.sample === undefined ? [] : [rest];
    }),
    sampleSources: counts,
  };
}
