import { describe, expect, test } from 'vitest';
import type { IdentityRules } from '../../../exporter/docker/identify.ts';
import type { ContainerDescription } from '../../../exporter/model/engine-container.ts';
import { viewOf } from './host-bed.ts';

const TASK_ID = 'mbj81ii8w2usb3kzb1r0hktyi';
const SWARM = {
  'com.docker.stack.namespace': 'shop',
  'com.docker.swarm.service.name': 'shop_web',
  'com.docker.swarm.task.id': TASK_ID,
  'com.docker.swarm.task.name': `shop_web.2.${TASK_ID}`,
};
const COMPOSE = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };

const containerOf = (description: Partial<ContainerDescription>) => ({
  id: '0123456789abcdef'.repeat(4),
  description: { name: 'web', labels: {}, image: 'nginx:1.27', hasHealthcheck: false, ...description },
  facts: { state: 'running', limits: {} } as const,
});
const identityOf = (description: Partial<ContainerDescription>, rules: Partial<IdentityRules> = {}) =>
  viewOf(rules).identify(containerOf(description));

describe('R23: a Swarm task', () => {
  const named = (name: string, labels: Readonly<Record<string, string>> = SWARM) => identityOf({ name, labels });

  test('is called service.slot, with the id of the task on the info', () => {
    const identity = named(`shop_web.2.${TASK_ID}`);
    expect(identity?.name).toBe('shop_web.2');
    expect(identity?.infoLabels['task']).toBe(TASK_ID);
  });

  test('of a global service is called service.node', () => {
    const name = `shop_agent.qv5zxtmc0j0pj4kqy4ekhpnrj.${TASK_ID}`;
    expect(named(name, { ...SWARM, 'com.docker.swarm.task.name': name })?.name).toBe(
      'shop_agent.qv5zxtmc0j0pj4kqy4ekhpnrj',
    );
  });

  test('of a stack carries the stack and the service without its name', () => {
    expect(named(`shop_web.2.${TASK_ID}`)?.seriesLabels).toEqual({
      host: 'edge-1',
      name: 'shop_web.2',
      compose_project: 'shop',
      compose_service: 'web',
    });
  });

  test('of no stack carries its service alone', () => {
    const { 'com.docker.stack.namespace': _stack, ...labels } = SWARM;
    expect(named(`shop_web.2.${TASK_ID}`, labels)?.seriesLabels).toEqual({
      host: 'edge-1',
      name: 'shop_web.2',
      compose_service: 'shop_web',
    });
  });

  test('is not what only has its labels: it would take the name of another container', () => {
    const labels = { ...SWARM, 'com.docker.swarm.task.name': 'prod-db.1', 'com.docker.swarm.task.id': '1' };
    const identity = named('liar', labels);
    expect(identity?.seriesLabels).toEqual({ host: 'edge-1', name: 'liar' });
    expect(identity?.infoLabels).not.toHaveProperty('task');
  });

  test('is not what is named after another task', () => {
    expect(named('shop_web.2.another')?.name).toBe('shop_web.2.another');
    expect(named(`shop_web.2.${TASK_ID}`, { ...SWARM, 'com.docker.swarm.task.id': 'another' })?.name).toBe(
      `shop_web.2.${TASK_ID}`,
    );
  });
});

test("R29: each series carries the configured host and the container's name, which together are its own", () => {
  expect(identityOf({ name: 'db' }, { host: 'edge-2' })?.seriesLabels).toEqual({ host: 'edge-2', name: 'db' });
});

test('R30: the host is the configured one, whatever a label of the container says', () => {
  expect(identityOf({ labels: { host: 'other', name: 'other' } })?.seriesLabels).toEqual({
    host: 'edge-1',
    name: 'web',
  });
});

describe('R43: an identity', () => {
  test('is the same object as long as the description is', () => {
    const { identify } = viewOf();
    const container = containerOf({});
    const again = { ...container, facts: { state: 'paused', limits: {} } as const };
    expect(identify(again)).toBe(identify(container));
    expect(identify(containerOf({}))).not.toBe(identify(container));
  });

  test('is asked of the rules once for each description, included or not', () => {
    const asked: string[] = [];
    const isIncluded = ({ name }: { readonly name: string }) => asked.push(name) > 1;
    const { identify } = viewOf({ isIncluded });
    const [left, kept] = [containerOf({ name: 'left' }), containerOf({ name: 'kept' })];
    expect([left, kept, left, kept].map((container) => identify(container)?.name)).toEqual([
      undefined,
      'kept',
      undefined,
      'kept',
    ]);
    expect(asked).toEqual(['left', 'kept']);
  });
});

test('a container of compose carries its project and service', () => {
  expect(identityOf({ labels: COMPOSE })?.seriesLabels).toEqual({
    host: 'edge-1',
    name: 'web',
    compose_project: 'shop',
    compose_service: 'web',
  });
});

test('trap 13: what has no name has no identity', () => {
  const { name: _name, ...description } = containerOf({}).description;
  expect(viewOf().identify({ ...containerOf({}), description })).toBeUndefined();
});

test('the info says what is known, the allowed labels with it, and no other label', () => {
  const labels = { 'com.example/team': 'shop', SECRET: 'hunter2' };
  const rules = {
    allowedLabels: ['com.example/team', 'missing'],
    isExpected: () => true,
    tags: () => ['web', 'front'],
  };
  expect(identityOf({ labels, networkMode: 'container:abc', restartPolicy: 'always' }, rules)?.infoLabels).toEqual({
    id: '0123456789ab',
    image: 'nginx:1.27',
    restart_policy: 'always',
    network_mode: 'container',
    healthcheck: 'false',
    expected: 'true',
    tags: 'front,web',
    label_com_example_team: 'shop',
  });
});

test.each(['constructor', 'toString', '__proto__'])('a label that may be called %s is told only where it is', (key) => {
  const rules = { allowedLabels: [key] };
  expect(Object.keys(identityOf({}, rules)?.infoLabels ?? {})).not.toContain(`label_${key}`);
  const labels = Object.fromEntries([[key, 'shop']]);
  expect(identityOf({ labels }, rules)?.infoLabels).toHaveProperty(`label_${key}`, 'shop');
});

test('names and values have at most 1,024 characters, the last one whole', () => {
  const long = 'x'.repeat(1023);
  const labels = { 'com.docker.compose.project': `${long}yz`, 'com.example/team': `${long}😀` };
  const identity = identityOf({ name: `${long}yz`, labels }, { allowedLabels: ['com.example/team'] });
  expect(identity?.name).toBe(`${long}y`);
  expect(identity?.seriesLabels).toEqual({ host: 'edge-1', name: `${long}y`, compose_project: `${long}y` });
  expect(identity?.infoLabels).toHaveProperty('label_com_example_team', long);
});
