import { expect, test } from 'vitest';
import { createStatusSource } from '../../../exporter/status/status-page.ts';
import { loadedConfig } from '../loaded-config.ts';

async function source(yaml: string) {
  const { status_page: config } = await loadedConfig(yaml);
  const now = { ms: 0 };
  let reads = 0;
  const status = createStatusSource({
    config: () => config,
    snapshots: () => {
      reads++;
      return ['web', 'web-internal', 'backup'].map((probe) => ({ seriesLabels: { probe, kind: 'http' } }));
    },
    history: () => () => undefined,
    nowSeconds: () => 0,
    nowMs: () => now.ms,
  });
  return { status, now, reads: () => reads };
}

test.each([
  ['{}', 'off'],
  ['{ enabled: true }', 'public'],
  ['{ enabled: true, public: false }', 'login'],
  ['{ public: true }', 'off'],
])('with %s it is %s', async (options, access) => {
  expect((await source(`status_page: ${options}`)).status.access()).toBe(access);
});

test.each([
  ['{}', ['web', 'web-internal', 'backup']],
  ['{ probes: [web] }', ['web']],
  ["{ probes: ['web*', nothing] }", ['web', 'web-internal']],
  ['{ probes: [] }', []],
])('with %s it shows %j', async (options, names) => {
  const { groups } = await (await source(`status_page: ${options}`)).status.report();
  expect(groups.flatMap(({ services }) => services.map(({ id }) => id))).toEqual(names);
});

test('a report is made at most once a second', async () => {
  const { status, now, reads } = await source('');
  for (let ms = 0; ms < 1000; ms += 100) {
    now.ms = ms;
    await status.report();
  }
  expect(reads()).toBe(1);
  now.ms = 1000;
  await status.report();
  expect(reads()).toBe(2);
});
