import { onTestFinished, vi } from 'vitest';
import { type SimulatedStore, type SimulatedStoreOptions, startSimulatedStore } from '../store/index.ts';
import type { ManualClock } from './clocks.ts';
import { createMemorySpool } from './memory-spool.ts';
import { produce } from './produce.ts';
import { createStoreClient, putTemplate } from './store-client.ts';

export const STREAM = 'logs-harborlight.event-default';

export const startStore = async (options?: SimulatedStoreOptions, properties?: Readonly<Record<string, unknown>>) => {
  const store = await startSimulatedStore(options);
  onTestFinished(store.stop);
  if (options?.access === undefined && options?.certificate === undefined) {
    await putTemplate(createStoreClient(store.url), properties);
  }
  return store;
};

export const startWith = async (count: number, options?: SimulatedStoreOptions) => {
  const store = await startStore(options);
  const spool = createMemorySpool();
  const documents = produce(count, { series: 'matrix' });
  return { store, spool, documents };
};

export const idsIn = (store: SimulatedStore) => store.documents('logs-harborlight.*').map(({ id }) => id);

/** Within a time that a busy machine keeps. */
export const soon = (assertion: () => void) => vi.waitFor(assertion, { timeout: 20_000, interval: 20 });

/** Moves a clock on until something is so; requests take real time. */
export const moveUntil = (clock: ManualClock, condition: () => void, stepMs = 200) =>
  vi.waitFor(
    async () => {
      await clock.advance(stepMs);
      condition();
    },
    { timeout: 20_000, interval: 5 },
  );
