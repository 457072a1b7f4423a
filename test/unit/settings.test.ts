import { expect, test } from 'vitest';
import { collectors } from '../../exporter/collectors/index.ts';
import { createSettings } from '../../exporter/settings.ts';
import { loadedConfig } from './loaded-config.ts';

const namesOf = (settings: ReturnType<typeof createSettings>) => settings.collectors().map(({ name }) => name);

test('every collector is on, in the order of the list, but those that are switched off', async () => {
  const all = collectors.map(({ name }) => name);
  expect(namesOf(createSettings(await loadedConfig()))).toEqual(all);
  expect(namesOf(createSettings(await loadedConfig('collectors: { cpu: false }')))).toEqual(
    all.filter((name) => name !== 'cpu'),
  );
});

test('the labels that patterns look at are those of any list, each once, until the configuration is replaced', async () => {
  const settings = createSettings(
    await loadedConfig(`
      containers: { include: ['web-*', 'label=team=shop'], exclude: ['image=*:ci', 'label=tier'] }
      overrides: [{ match: 'shop/db' }, { match: 'label=tier=back=end' }, { match: 'label=backup=*' }]`),
  );
  expect(settings.matchedLabels()).toEqual(['team', 'tier', 'backup']);
  expect(settings.matchedLabels()).toBe(settings.matchedLabels());
  settings.replace(await loadedConfig());
  expect(settings.matchedLabels()).toEqual([]);
});

test('R43: a host has the same view until the configuration is replaced, so identities stay the same objects', async () => {
  const settings = createSettings(await loadedConfig());
  const view = settings.viewOf('edge-1');
  expect(settings.viewOf('edge-1')).toBe(view);
  expect(settings.viewOf('edge-2')).not.toBe(view);
  const next = await loadedConfig('containers: { min_age: 1m }\ncollectors: { pids: false }');
  settings.replace(next);
  expect(settings.config()).toBe(next);
  expect(settings.viewOf('edge-1').minAgeSeconds).toBe(60);
  expect(namesOf(settings)).not.toContain('pids');
});
