import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dashboards } from '../../../dashboards/src/index.ts';

const folder = new URL('../../../dashboards/', import.meta.url);
const built = dashboards.map((dashboard) => dashboard.build());

test('each dashboard has its file, and each file its dashboard', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  expect(files.toSorted()).toEqual(built.map(({ uid }) => `${uid ?? ''}.json`).toSorted());
});

test.each(built)('$uid is what dashboards/src makes of it; `npm run dashboards` writes its file', async (dashboard) => {
  const file = new URL(`${dashboard.uid ?? ''}.json`, folder);
  await expect(`${JSON.stringify(dashboard, null, 2)}\n`).toMatchFileSnapshot(file.pathname);
});
