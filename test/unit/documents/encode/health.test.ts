import { expect, test } from 'vitest';
import { encodeHealth } from '../../../../exporter/documents/encode/health.ts';
import type { HealthTransition } from '../../../../exporter/model/health-transition.ts';

const place = { host: 'edge-1', namespace: 'default' };
const transition: HealthTransition = {
  containerId: '0aefcf3ce9bf7cdfe298bbd44a1be7d9b90f25916c4ec8d7a1a5fdf47927f308',
  description: {
    name: 'shop-web-1',
    image: 'shop/web:1.2',
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web', api_token: 'planted' },
    hasHealthcheck: true,
  },
  runtime: 'docker',
  status: 'unhealthy',
  previous: 'healthy',
  failingStreak: 3,
  check: {
    startNano: '1795221952793401085',
    endNano: '1795221953000000001',
    exitCode: 1,
    output: 'GET http://ops:hunter2@db/ping\nfailed',
  },
};
const encoded = (more: Partial<HealthTransition> = {}): unknown =>
  JSON.parse(encodeHealth({ ...transition, ...more }, place).json);

test('a transition becomes a document with the check that made it', () => {
  expect(encoded()).toEqual({
    '@timestamp': '2026-11-21T00:45:53.000000001Z',
    data_stream: { type: 'logs', dataset: 'harborlight.health', namespace: 'default' },
    event: {
      id: encodeHealth(transition, place).id,
      kind: 'state',
      dataset: 'harborlight.health',
      action: 'health_status',
      category: ['process'],
      type: ['change'],
      outcome: 'failure',
      start: '2026-11-21T00:45:52.793401085Z',
      end: '2026-11-21T00:45:53.000000001Z',
      duration: 206_598_916,
    },
    message: 'container shop-web-1 is unhealthy: GET http://[redacted]@db/ping',
    host: { name: 'edge-1' },
    container: {
      id: transition.containerId,
      name: 'shop-web-1',
      image: { name: 'shop/web', tag: ['1.2'] },
      runtime: 'docker',
    },
    service: { name: 'web', state: 'unhealthy' },
    docker: {
      healthcheck: {
        status: 'unhealthy',
        failingstreak: 3,
        event: {
          start_date: '2026-11-21T00:45:52.793401085Z',
          end_date: '2026-11-21T00:45:53.000000001Z',
          exit_code: 1,
          output: 'GET http://[redacted]@db/ping\nfailed',
        },
      },
    },
    harborlight: {
      container: { short_id: '0aefcf3ce9bf', compose_project: 'shop', compose_service: 'web' },
      health: { previous: 'healthy' },
    },
  });
});

test('the id is of the container and of the start of its check, and of nothing else', () => {
  const { id } = encodeHealth(transition, place);
  expect(id).toMatch(/^[\w-]{20}$/);
  const same = { ...transition, failingStreak: 9, check: { ...transition.check, output: 'other' } };
  expect(encodeHealth(same, { host: 'edge-2', namespace: 'other' }).id).toBe(id);
  for (const other of [
    { ...transition, containerId: 'b'.repeat(64) },
    { ...transition, check: { ...transition.check, startNano: '1795221952793401086' } },
  ])
    expect(encodeHealth(other, place).id).not.toBe(id);
});

test('what nobody knows is left out: a name, a status before', () => {
  const { previous: _unknown, ...rest } = transition;
  const { description } = transition;
  const nameless = { ...rest, description: { ...description, name: '', labels: {} } };
  const document = JSON.parse(encodeHealth(nameless, place).json) as Record<string, unknown>;
  expect(document['harborlight']).toEqual({ container: { short_id: '0aefcf3ce9bf' } });
  expect(document['service']).toEqual({ state: 'unhealthy' });
});

test('an output of any length is cut, and a secret at the cut goes whole', () => {
  const output = `${'x'.repeat(4080)} http://ops:hunter2@db/`;
  const { json } = encodeHealth({ ...transition, check: { ...transition.check, output } }, place);
  expect(json).not.toContain('hunt');
  expect(json.length).toBeLessThan(6000);
});
