import type { HostSnapshot } from '../model/world.ts';
import { clockSkewSeconds } from './clock-skew.ts';
import type { Connection } from './connection.ts';
import type { Inventory } from './inventory.ts';
import type { SampleFailure, Sampler } from './sampler.ts';
import { type ContainerView, countStates, hasCounters, snapshotContainer, visibleContainers } from './visible.ts';

export interface ObserveOptions {
  readonly connection: Connection;
  readonly sampler: Sampler;
  readonly inventory: Inventory;
  readonly view: ContainerView;
  /** Until the signal aborts. */
  readonly timeMs: number;
}

/** What only an engine that answers can tell. */
export type Seen = Pick<HostSnapshot, 'clockSkewSeconds' | 'containerCounts' | 'containers'>;

export type Observed =
  | { readonly ok: false; readonly error: unknown }
  | {
      readonly ok: true;
      readonly snapshot: Seen;
      readonly sampleFailures: Iterable<SampleFailure>;
    };

/** Asks an engine whether it answers, then for a sample of each container that runs, as far as the signal lets it. */
export async function observeEngine(options: ObserveOptions, signal: AbortSignal): Promise<Observed> {
  const { connection, sampler, inventory, view } = options;
  const askedAtMs = Date.now();
  const ping = await connection.api.ping(signal).catch((error: unknown) => ({ error }));
  if ('error' in ping) return { ok: false, error: ping.error };
  const answeredAtMs = Date.now();
  const look = () => visibleContainers(inventory.containers(), view, ping.dateMs ?? answeredAtMs);
  const visible = look();
  const running = visible.filter(({ container }) => hasCounters(container)).map(({ container }) => container.id);
  const { samples, failures } = await sampler.sample(running, signal, options.timeMs);
  // Looked at again: what ended while the samples were read has none, and no state of before.
  const snapshot = {
    ...(ping.dateMs !== undefined && {
      clockSkewSeconds: clockSkewSeconds(ping.dateMs, askedAtMs, answeredAtMs),
    }),
    containerCounts: countStates(inventory.containers()),
    containers: look().map((shown) =>
      snapshotContainer(shown, hasCounters(shown.container) ? samples.get(shown.container.id) : undefined),
    ),
  };
  return { ok: true, snapshot, sampleFailures: failures.values() };
}
