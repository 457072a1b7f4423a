import { onTestFinished } from 'vitest';
import type { StoreAddress } from '../../../exporter/documents/store/address.ts';
import { setUpKibana } from '../../../exporter/setup/set-up-kibana.ts';
import { setUpStore } from '../../../exporter/setup/set-up-store.ts';
import type { SetupOptions, SetupStep } from '../../../exporter/setup/setup-step.ts';
import { createStoreClient } from '../../../exporter/setup/store-client.ts';
import { type SimulatedStoreOptions, startSimulatedStore } from '../../store/index.ts';
import { type SimulatedKibanaOptions, startSimulatedKibana } from '../../store/kibana.ts';

export type Outcomes = Readonly<Record<string, SetupStep['outcome']>>;

/** The outcome of each step, in their order. */
export const outcomesOf = (steps: readonly SetupStep[]): Outcomes =>
  Object.fromEntries(steps.map(({ what, outcome }) => [what, outcome]));

/** How often each outcome came. */
export const countsOf = (steps: readonly SetupStep[]): Readonly<Partial<Record<SetupStep['outcome'], number>>> => {
  const counts: Partial<Record<SetupStep['outcome'], number>> = {};
  for (const { outcome } of steps) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

type Special = Partial<SetupOptions> & Partial<StoreAddress>;

const run =
  (url: string, setUp: typeof setUpStore) =>
  async ({ dryRun = false, putRole = true, replaceLifecycle = false, ...address }: Special = {}) => {
    const client = createStoreClient({ urls: [url], timeoutMs: 5000, ...address });
    const { signal } = new AbortController();
    const steps: SetupStep[] = [];
    try {
      for await (const step of setUp(client, { dryRun, putRole, replaceLifecycle }, signal)) steps.push(step);
    } finally {
      await client.close();
    }
    return steps;
  };

/** A simulated store until the test ends, and `setup` of it. */
export const startStore = async (options: SimulatedStoreOptions) => {
  const store = await startSimulatedStore(options);
  onTestFinished(store.stop);
  const headers = { 'content-type': 'application/json' };
  return {
    ...store,
    setUp: run(store.url, setUpStore),
    read: async (path: string): Promise<unknown> => (await fetch(store.url + path)).json(),
    put: async (path: string, body: object): Promise<number> =>
      (await fetch(store.url + path, { method: 'PUT', headers, body: JSON.stringify(body) })).status,
    /** Of the requests so far, what was not a question. */
    writes: () => store.requests().filter(({ method }) => method !== 'GET'),
  };
};

/** A simulated Kibana until the test ends, and `setup` of it. */
export const startKibana = async (options: SimulatedKibanaOptions = {}) => {
  const kibana = await startSimulatedKibana(options);
  onTestFinished(kibana.stop);
  return { ...kibana, setUp: run(kibana.url, setUpKibana) };
};
