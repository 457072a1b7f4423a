import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CaseStore, openCaseStore } from '../../store/cases/case-store.ts';
import { maxContentLength, plainTemplate, storeCases } from '../../store/cases/index.ts';
import { expectedOf } from '../../store/cases/store-case.ts';
import { type Flavour, type SimulatedStore, startSimulatedStore } from '../../store/index.ts';

const flavours: readonly Flavour[] = [
  'elasticsearch-7',
  'elasticsearch-8',
  'elasticsearch-9',
  'opensearch-2',
  'opensearch-3',
];

describe.each(flavours)('the simulated %s answers as a real one:', (flavour) => {
  let simulated: SimulatedStore;
  let store: CaseStore;
  beforeAll(async () => {
    simulated = await startSimulatedStore({ flavour, maxContentLength });
    store = openCaseStore(simulated.url, flavour);
    await store.ask('PUT', '/_index_template/plain', plainTemplate);
  });
  afterAll(() => simulated.stop());

  test.each(storeCases)('$name', async ({ run, expected }) => {
    expect(await run(store)).toBe(expectedOf(expected, flavour));
  });
});
