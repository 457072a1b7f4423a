import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseEvent } from '../../../exporter/docker/parse/event.ts';
import { encodeEvent, isDocumented } from '../../../exporter/documents/encode-event.ts';
import type { DockerEvent } from '../../../exporter/model/event.ts';

const golden = new URL('../../golden/', import.meta.url);
const recordings = readdirSync(golden).filter((name) => name.startsWith('engine-'));
const recorded = (name: string): DockerEvent[] =>
  readFileSync(new URL(`${name}/events.ndjson`, golden), 'utf8')
    .trim()
    .split('\n')
    .map(parseEvent);

const die: DockerEvent = {
  type: 'container',
  action: 'die',
  actorId: '0aefcf3ce9bf7cdfe298bbd44a1be7d9b90f25916c4ec8d7a1a5fdf47927f308',
  attributes: {
    name: 'shop-web-1',
    image: 'registry.example:5000/shop/web:1.2',
    exitCode: '3',
    execDuration: '4',
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': 'web',
    'com.docker.compose.project.working_dir': '/srv/shop',
    api_token: 'planted-secret',
  },
  timeNano: '1795221952793401085',
};

test('an exit becomes a document in ECS shape', () => {
  expect(encodeEvent(die, 'edge-1')).toEqual({
    '@timestamp': '2026-11-21T00:45:52.793401085Z',
    data_stream: { type: 'logs', dataset: 'harborlight.event', namespace: 'default' },
    event: {
      id: 'q7dU2PEq-xXN4aE4xkcY',
      kind: 'event',
      dataset: 'harborlight.event',
      action: 'die',
      category: ['process'],
      type: ['end'],
      outcome: 'failure',
    },
    host: { name: 'edge-1' },
    container: {
      id: '0aefcf3ce9bf7cdfe298bbd44a1be7d9b90f25916c4ec8d7a1a5fdf47927f308',
      name: 'shop-web-1',
      image: { name: 'registry.example:5000/shop/web', tag: ['1.2'] },
    },
    service: { name: 'web' },
    process: { exit_code: 3 },
    docker: {
      event: {
        type: 'container',
        action: 'die',
        actor: {
          id: '0aefcf3ce9bf7cdfe298bbd44a1be7d9b90f25916c4ec8d7a1a5fdf47927f308',
          attributes: {
            name: 'shop-web-1',
            image: 'registry.example:5000/shop/web:1.2',
            'com.docker.compose.project': 'shop',
            'com.docker.compose.service': 'web',
            exitCode: '3',
            execDuration: '4',
          },
        },
      },
    },
    harborlight: { container: { short_id: '0aefcf3ce9bf' } },
  });
});

test('the id is of what identifies the event: not of the host, not of its text', () => {
  const id = (event: DockerEvent, host = 'edge-1'): string => encodeEvent(event, host).event.id;
  expect(id(die, 'edge-2')).toBe(id(die));
  expect(id({ ...die, attributes: {} })).toBe(id(die));
  for (const change of [{ actorId: 'b' }, { timeNano: '1795221952793401086' }, { action: 'kill' }, { type: 'network' }])
    expect(id({ ...die, ...change })).not.toBe(id(die));
});

test.each([
  ['0', 'success'],
  ['1', 'failure'],
  ['125', 'failure'],
  ['137', 'unknown'],
  ['143', 'unknown'],
])('exit code %s is a %s', (exitCode, outcome) => {
  expect(encodeEvent({ ...die, attributes: { exitCode } }, 'edge-1').event.outcome).toBe(outcome);
});

test.each([
  ['busybox', { name: 'busybox' }],
  ['shop/web:1.2', { name: 'shop/web', tag: ['1.2'] }],
  ['registry:5000/web', { name: 'registry:5000/web' }],
  ['registry:5000/web:2@sha256:ab12', { name: 'registry:5000/web', tag: ['2'] }],
  ['sha256:ab12', { name: 'sha256:ab12' }],
])('the image %s is taken apart', (image, expected) => {
  expect(encodeEvent({ ...die, attributes: { image } }, 'edge-1').container.image).toEqual(expected);
});

test('a label that takes the place of the exit code gives no exit code', () => {
  const document = encodeEvent({ ...die, attributes: { exitCode: 'spoofed' } }, 'edge-1');
  expect(document.process).toBeUndefined();
  expect(document.event.outcome).toBeUndefined();
});

test('a health check gives the status, on its own field', () => {
  const document = encodeEvent({ ...die, action: 'health_status', status: 'unhealthy' }, 'edge-1');
  expect(document.docker).toMatchObject({ event: { action: 'health_status' }, healthcheck: { status: 'unhealthy' } });
});

test("an action that nobody knows is a process's info, whatever it is called", () => {
  const { event } = encodeEvent({ ...die, action: 'constructor' }, 'edge-1');
  expect(event).toMatchObject({ action: 'constructor', category: ['process'], type: ['info'] });
});

test('recordings of the three engines are there', () => {
  expect(recordings.length).toBeGreaterThanOrEqual(3);
});

test.each(recordings)('%s: each container event is one document with the time to the nanosecond', (name) => {
  const events = recorded(name).filter(isDocumented);
  const documents = events.map((event) => encodeEvent(event, 'edge-1'));
  expect(documents.length).toBeGreaterThan(80);
  expect(new Set(documents.map((document) => document.event.id)).size).toBe(documents.length);
  for (const [index, document] of documents.entries()) {
    const [seconds = '', nanoseconds = ''] = document['@timestamp'].split(/[.Z]/);
    expect(`${Date.parse(`${seconds}Z`) / 1000}${nanoseconds}`).toBe(events[index]?.timeNano);
    expect(document.container.id).toMatch(/^[0-9a-f]{64}$/);
    expect(document.event.id).toMatch(/^[\w-]{20}$/);
  }
});

test.each(recordings)('%s: neither commands run in containers nor labels of their own become documents', (name) => {
  const text = recorded(name)
    .filter(isDocumented)
    .map((event) => JSON.stringify(encodeEvent(event, 'edge-1')))
    .join('\n');
  expect(text).not.toMatch(/exec_|wget|unicode|newline|spoofed/);
});
