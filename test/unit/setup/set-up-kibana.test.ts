import { expect, test } from 'vitest';
import { countsOf, outcomesOf, startKibana } from './setup-bed.ts';

const views = ['all', 'container', 'event', 'health', 'probe', 'alert', 'gap', 'app'].map(
  (name) => `harborlight-${name}`,
);

test('a Kibana gets a data view for each dataset and one for all; the second run changes nothing', async () => {
  const { setUp, objects } = await startKibana();
  expect(countsOf(await setUp())).toEqual({ found: 1, created: 8 });
  const imported = objects();
  expect(imported.map(({ id }) => id).toSorted()).toEqual(views.toSorted());
  for (const { attributes } of imported) expect(attributes['timeFieldName']).toBe('@timestamp');
  expect(countsOf(await setUp())).toEqual({ found: 1, unchanged: 8 });
});

test('a dry run imports nothing', async () => {
  const { setUp, objects } = await startKibana();
  expect(countsOf(await setUp({ dryRun: true }))).toEqual({ found: 1, created: 8 });
  expect(objects()).toEqual([]);
});

test.each(['degraded', 'unavailable'] as const)('a Kibana that is %s gets nothing yet', async (level) => {
  const { setUp, setLevel, objects } = await startKibana();
  setLevel(level);
  await expect(setUp()).rejects.toThrow(/not ready|answered 503/);
  expect(objects()).toEqual([]);
});

test('a space gets its own', async () => {
  const { setUp, url, objects } = await startKibana();
  await setUp({ urls: [`${url}/s/ops/`] });
  expect(objects()).toHaveLength(8);
});

test('wrong credentials are told, but not which', async () => {
  const { setUp } = await startKibana({ access: { users: { elastic: 'right' } } });
  const auth = { username: 'elastic', password: 'wrong-secret' };
  await expect(setUp({ auth })).rejects.toThrow(/answered 401 \(no or wrong credentials\)(?!.*secret)/);
  expect(outcomesOf(await setUp({ auth: { ...auth, password: 'right' } }))['data view harborlight-all']).toBe(
    'created',
  );
});
