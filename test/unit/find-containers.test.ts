import { expect, test } from 'vitest';
import type { Host } from '../../exporter/docker/host.ts';
import type { KnownContainers } from '../../exporter/docker/known-containers.ts';
import { createFindContainers } from '../../exporter/find-containers.ts';
import { viewOf } from './docker/host-bed.ts';
import { loadedConfig } from './loaded-config.ts';
import { containerOf, engineOf } from './probes/labels/containers.ts';

const service = (name: string, id: string) =>
  containerOf({ name, id, labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' } });

async function findIn(known: KnownContainers | undefined) {
  const { hosts } = await loadedConfig("hosts: [{ name: edge-1, url: 'tcp://a:2375' }]");
  const host: Host = {
    name: 'edge-1',
    status: () => ({ phase: 'starting' }),
    attempted: Promise.resolve(),
    observe: () => Promise.reject(new Error('asked')),
    known: () => known,
    stop: () => Promise.resolve(),
  };
  const find = createFindContainers({ hosts: () => hosts.map((config) => ({ config, host })), viewOf: () => viewOf() });
  return (target: string) => find(target)?.map(({ description }) => description.name);
}

test('containers are found by name and by service, on a host that is watched', async () => {
  const find = await findIn(
    engineOf([service('shop-web-1', 'a'), service('shop-web-2', 'b'), containerOf({ id: 'c' })]),
  );
  expect(find('edge-1/shop/web')).toEqual(['shop-web-1', 'shop-web-2']);
  expect(find('edge-1/web')).toEqual(['web']);
  expect(find('edge-1/db')).toEqual([]);
  expect(find('edge-2/web')).toBeUndefined();
});

test('nobody can tell while the engine is down, nor of one that may be among those that could not be inspected', async () => {
  expect((await findIn(undefined))('edge-1/web')).toBeUndefined();
  const find = await findIn({ ...engineOf([containerOf()]), areAllKnown: false });
  expect(find('edge-1/web')).toEqual(['web']);
  expect(find('edge-1/db')).toBeUndefined();
});
