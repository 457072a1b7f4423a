import { describe, expect, test } from 'vitest';
import { createContainerView } from '../../exporter/container-view.ts';
import type { ContainerDescription } from '../../exporter/model/engine-container.ts';
import { loadedConfig } from './loaded-config.ts';

const SHOP = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };

async function identityOf(yaml: string, description: Partial<ContainerDescription> = {}) {
  const { identify } = createContainerView('edge-1', await loadedConfig(yaml));
  return identify({
    id: 'a'.repeat(64),
    description: { name: 'shop-web-1', labels: {}, image: 'nginx:1.27', hasHealthcheck: false, ...description },
  });
}

const isExpected = async (yaml: string, description: Partial<ContainerDescription> = {}) =>
  (await identityOf(yaml, description))?.infoLabels['expected'];
const tagsOf = async (yaml: string, description: Partial<ContainerDescription> = {}) =>
  (await identityOf(yaml, description))?.infoLabels['tags'];

test('without a configuration every container is shown under its host, at once', async () => {
  const view = createContainerView('edge-1', await loadedConfig());
  expect(view.minAgeSeconds).toBe(0);
  expect((await identityOf(''))?.seriesLabels).toEqual({ host: 'edge-1', name: 'shop-web-1' });
});

test('R37: the least age is in seconds', async () => {
  expect(createContainerView('edge-1', await loadedConfig('containers: { min_age: 2m }')).minAgeSeconds).toBe(120);
});

test('what is excluded, or not included, has no identity', async () => {
  expect(await identityOf("containers: { exclude: ['shop-*'] }")).toBeUndefined();
  expect(await identityOf("containers: { include: ['db'] }")).toBeUndefined();
  expect(await identityOf("containers: { include: ['shop-*'], exclude: ['shop-db-*'] }")).toBeDefined();
});

test('of the labels only those that are allowed leave the process', async () => {
  const labels = { 'com.example/team': 'shop', password: 'hunter2' };
  const identity = await identityOf("containers: { labels: ['com.example/team'] }", { labels });
  expect(identity?.infoLabels).toMatchObject({ label_com_example_team: 'shop' });
  expect(JSON.stringify(identity)).not.toContain('hunter2');
});

describe('expected is', () => {
  test.each(['true', 'TRUE', '1', 'yes', 'on'])('by default what its label calls so: %s', async (value) => {
    expect(await isExpected('', { labels: { 'harborlight.expected': value } })).toBe('true');
  });

  test.each(['false', '0', '', 'maybe'])('by default not what its label calls "%s"', async (value) => {
    expect(await isExpected('', { labels: { 'harborlight.expected': value } })).toBe('false');
  });

  test('by restart policy what the engine starts again, and stops for nobody', async () => {
    const yaml = 'containers: { expected: { by: restart_policy } }';
    const policies = ['always', 'unless-stopped', 'on-failure', 'no'];
    expect(await Promise.all(policies.map((restartPolicy) => isExpected(yaml, { restartPolicy })))).toEqual([
      'true',
      'true',
      'false',
      'false',
    ]);
  });

  test('by nothing but an override where that is configured', async () => {
    const labels = { 'harborlight.expected': 'true' };
    expect(await isExpected('containers: { expected: { by: none } }', { labels, restartPolicy: 'always' })).toBe(
      'false',
    );
  });

  test('not what Compose runs once beside a service, with all its labels', async () => {
    const labels = { ...SHOP, 'com.docker.compose.oneoff': 'True', 'harborlight.expected': 'true' };
    expect(await isExpected('', { name: 'shop-web-run-3f2a', labels })).toBe('false');
    const override = "overrides: [{ match: 'shop/web', expected: true }]";
    expect(await isExpected(override, { name: 'shop-web-run-3f2a', labels })).toBe('false');
    expect(await isExpected(override, { labels: { ...labels, 'com.docker.compose.oneoff': 'False' } })).toBe('true');
  });

  test('not what a label says where labels are not trusted', async () => {
    const labels = { 'harborlight.expected': 'true' };
    expect(await isExpected('containers: { trust_labels: false }', { labels })).toBe('false');
  });
});

describe('an override', () => {
  test('wins over the label, the last one that says something over those before it', async () => {
    const yaml = `overrides:
      - { match: 'shop/web', expected: false }
      - { match: 'shop-*', expected: true }
      - { match: '*', tags: [all] }`;
    expect(await isExpected(yaml, { labels: { ...SHOP, 'harborlight.expected': 'false' } })).toBe('true');
    expect(await isExpected(yaml, { name: 'other', labels: SHOP })).toBe('false');
  });

  test('of nothing says nothing', async () => {
    const labels = { 'harborlight.expected': 'true', 'harborlight.tags': 'a' };
    expect(await isExpected("overrides: [{ match: 'db', expected: false }]", { labels })).toBe('true');
    expect(await tagsOf("overrides: [{ match: 'db', tags: [x] }]", { labels })).toBe('a');
  });

  test('takes tags away by naming none', async () => {
    const labels = { 'harborlight.tags': 'a,b' };
    expect(await tagsOf("overrides: [{ match: '*', tags: [] }]", { labels })).toBeUndefined();
  });
});

test('tags come from the label, sorted, without blanks', async () => {
  expect(await tagsOf('', { labels: { 'harborlight.tags': ' web, critical ,,front' } })).toBe('critical,front,web');
  expect(await tagsOf('', {})).toBeUndefined();
  expect(await tagsOf('containers: { trust_labels: false }', { labels: { 'harborlight.tags': 'a' } })).toBeUndefined();
});

describe('expected by configuration', () => {
  const HOSTS = "hosts: [{ name: edge-1, url: 'tcp://a:2375' }, { name: edge-2, url: 'tcp://b:2375' }]";
  const expectedOn = async (host: string, names: string, hosts = HOSTS) => {
    const config = await loadedConfig(`${hosts}\ncontainers: { expected: { names: [${names}] } }`);
    return [...createContainerView(host, config).expected];
  };

  test('is nothing by default', async () => {
    expect(await expectedOn('edge-1', '')).toEqual([]);
  });

  test('are names, and services by their project, under labels that no container has to tell', async () => {
    expect(await expectedOn('edge-1', 'edge-1/db, edge-1/shop/web')).toEqual([
      ['db', { host: 'edge-1', name: 'db' }],
      ['shop/web', { host: 'edge-1', name: 'web', compose_project: 'shop', compose_service: 'web' }],
    ]);
  });

  test('is each on its own host', async () => {
    expect((await expectedOn('edge-1', 'edge-1/a, edge-2/b')).map(([place]) => place)).toEqual(['a']);
    expect((await expectedOn('edge-2', 'edge-1/a, edge-2/b')).map(([place]) => place)).toEqual(['b']);
  });

  test('is on the host with the longest name, if several could be meant', async () => {
    const hosts = "hosts: [{ name: dc, url: 'tcp://a:2375' }, { name: dc/edge, url: 'tcp://b:2375' }]";
    expect((await expectedOn('dc', 'dc/edge/web, dc/edge', hosts)).map(([place]) => place)).toEqual(['edge']);
    expect((await expectedOn('dc/edge', 'dc/edge/web, dc/edge', hosts)).map(([place]) => place)).toEqual(['web']);
  });

  test('is on a host that has its name from its URL, or from this machine', async () => {
    const hosts = "hosts: [{ url: 'tcp://edge-3:2375' }, { url: 'unix:///var/run/docker.sock' }]";
    expect((await expectedOn('edge-3', 'edge-3/web, here/db', hosts)).map(([place]) => place)).toEqual(['web']);
    expect((await expectedOn('here', 'edge-3/web, here/db', hosts)).map(([place]) => place)).toEqual(['db']);
  });

  test('comes once, however often it is named', async () => {
    expect(await expectedOn('edge-1', 'edge-1/db, edge-1/db')).toHaveLength(1);
  });
});
