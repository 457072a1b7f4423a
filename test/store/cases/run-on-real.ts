import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needing } from '../../bed/need.ts';
import { type Store, startStore } from '../../bed/store.ts';
import { type SimulatedStore, startSimulatedStore } from '../index.ts';
import { type CaseStore, openCaseStore } from './case-store.ts';
import { maxContentLength, plainTemplate, storeCases } from './index.ts';
import { comparable, shapedAnswers } from './shapes.ts';
import { expectedOf, type StoreCase } from './store-case.ts';

type RealStore =
  | { readonly product: 'opensearch'; readonly version: '2' | '3' }
  | { readonly product: 'elasticsearch'; readonly version: '8' | '9' };

/** Asks a real store of the bed what the simulated one is asked too, and expects the same. */
export const testOnReal = (real: RealStore): void => {
  const flavour =
    real.product === 'opensearch'
      ? (`opensearch-${real.version}` as const)
      : (`elasticsearch-${real.version}` as const);
  describe(`the real ${flavour}:`, needing(flavour), () => {
    let engine: Store;
    let store: CaseStore;
    let simulated: SimulatedStore;
    beforeAll(async () => {
      engine = await startStore({ ...real, settings: { 'http.max_content_length': `${maxContentLength}b` } });
      store = openCaseStore(engine.url, flavour);
      simulated = await startSimulatedStore({ flavour });
      for (const url of [engine.url, simulated.url]) {
        const one = openCaseStore(url, flavour);
        await one.ask('PUT', '/_index_template/plain', plainTemplate);
      }
      await openCaseStore(simulated.url, flavour).bulk(
        'logs-plain-default',
        { create: {} },
        { '@timestamp': '2026-01-01' },
      );
    });
    afterAll(async () => {
      await engine.stop();
      await simulated.stop();
    });

    const check = async ({ run, expected, inTheBed }: StoreCase) => {
      expect(await run(store)).toBe(expectedOf(inTheBed?.expected ?? expected, flavour));
    };
    test.each(storeCases.filter(({ alone }) => alone))('$name', check);
    // Beside each other: what takes their time is a disk that is synced for each index.
    test.concurrent.each(storeCases.filter(({ alone }) => !alone))('$name', check);

    test.each(shapedAnswers)('the members of $name are those of the simulated one', async (shaped) => {
      for (const url of [engine.url, simulated.url])
        await openCaseStore(url, flavour).ask('POST', '/logs-plain-default/_refresh');
      const [answer, other] = [await shaped.ask(store), await shaped.ask(openCaseStore(simulated.url, flavour))];
      expect(comparable(shaped, other)).toEqual(comparable(shaped, answer));
    });
  });
};
