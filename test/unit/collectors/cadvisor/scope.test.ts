import { expect, test } from 'vitest';
import { cadvisorScope } from '../../../../exporter/collectors/cadvisor/scope.ts';
import type { ContainerState } from '../../../../exporter/model/container.ts';
import type { Labels } from '../../../../exporter/model/labels.ts';
import type { World } from '../../../../exporter/model/world.ts';
import { ID, IDENTITY, worldOf } from './bed.ts';

const labelsIn = (world: World) => cadvisorScope.subjects(world).map(([labels]) => labels);
const withInfo = (infoLabels: Labels) => worldOf({ identity: { ...IDENTITY, infoLabels } });

test('a container carries its host, its cgroup, its image and its name', () => {
  expect(labelsIn(worldOf({ cgroupPath: `/custom/${ID}` }))).toEqual([
    { host: 'a', id: `/custom/${ID}`, image: 'nginx:1.29', name: 'web' },
  ]);
});

test.each([
  ['systemd', `/system.slice/docker-${ID}.scope`],
  ['cgroupfs', `/docker/${ID}`],
  ['none', `/docker/${ID}`],
])('where nobody told the cgroup, it is that of the driver %s', (cgroupDriver, id) => {
  expect(labelsIn(worldOf({}, { engine: { cgroupDriver } }))).toMatchObject([{ id }]);
});

test('where the engine told no driver either, it is that of most', () => {
  expect(labelsIn(worldOf({}))).toMatchObject([{ id: `/docker/${ID}` }]);
});

test('an image without a name is told by its id, and a container of which neither is known is left out', () => {
  expect(labelsIn(withInfo({ image_id: 'sha256:8f2a' }))).toMatchObject([{ image: 'sha256:8f2a' }]);
  expect(labelsIn(withInfo({ image: 'nginx', image_id: 'sha256:8f2a' }))).toMatchObject([{ image: 'nginx' }]);
  expect(labelsIn(withInfo({}))).toEqual([]);
});

test('labels of the allowlist are there under names of cAdvisor, and nothing else of what is known', () => {
  const infoLabels = { image: 'nginx', restart_policy: 'no', tags: 'x', label_com_example_team: 'shop' };
  const [labels = {}] = labelsIn(withInfo(infoLabels));
  expect(Object.keys(labels)).toEqual(['host', 'id', 'image', 'name', 'container_label_com_example_team']);
  expect(labels['container_label_com_example_team']).toBe('shop');
});

test("a Swarm task's container has the name that the engine gives it", () => {
  const infoLabels = { image: 'nginx', task: 'k3v9x1q7w2e5' };
  const world = worldOf({ identity: { ...IDENTITY, name: 'shop_web.1', infoLabels } });
  expect(labelsIn(world)).toMatchObject([{ name: 'shop_web.1.k3v9x1q7w2e5' }]);
});

test.each<[ContainerState, number]>([
  ['created', 0],
  ['running', 1],
  ['paused', 1],
  ['restarting', 0],
  ['removing', 0],
  ['exited', 0],
  ['dead', 0],
])('of a container that is %s it tells %i times', (state, times) => {
  expect(labelsIn(worldOf({ facts: { state, limits: {} } }))).toHaveLength(times);
});

test('R22: while an engine is down it tells of the containers that the kernel still tells of', () => {
  const [host] = worldOf({}, { outcome: { ok: false, reason: 'unreachable' } }).hosts;
  const down = (sample: object) => ({
    hosts: host ? [{ ...host, containers: [{ identity: IDENTITY, ...sample }] }] : [],
  });
  expect(labelsIn(down({ sample: { pids: { current: 1 } } }))).toHaveLength(1);
  expect(labelsIn(down({}))).toEqual([]);
});

test('R43: the labels are one object until something in them changes', () => {
  const identity = { ...IDENTITY };
  const [first] = labelsIn(worldOf({ identity }));
  expect(labelsIn(worldOf({ identity }))[0]).toBe(first);
  const [moved] = labelsIn(worldOf({ identity, cgroupPath: `/custom/${ID}` }));
  expect(moved).toMatchObject({ id: `/custom/${ID}` });
  expect(labelsIn(worldOf({ identity: { ...IDENTITY, name: 'shop' } }))[0]).toMatchObject({ name: 'shop' });
});

test('a container counts towards the series limit under the labels of its identity', () => {
  expect(cadvisorScope.subjects(worldOf({})).map(([, , countedAs]) => countedAs)).toEqual([IDENTITY.seriesLabels]);
});
