import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseEvent } from '../../../../exporter/docker/parse/event.ts';
import { type EventPlace, encodeEvent, isDocumented } from '../../../../exporter/documents/encode/event.ts';
import type { DockerEvent } from '../../../../exporter/model/event.ts';

const golden = new URL('../../../golden/', import.meta.url);
const recordings = readdirSync(golden).filter((name) => name.startsWith('engine-'));
const recorded = (name: string): DockerEvent[] =>
  readFileSync(new URL(`${name}/events.ndjson`, golden), 'utf8')
    .trim()
    .split('\n')
    .map(parseEvent);

const place = { host: 'edge-1', namespace: 'default' };
const DEFAULTS = { execEvents: false };

interface EventDocument {
  readonly '@timestamp': string;
  readonly event: Readonly<Record<string, unknown>> & { readonly id: string };
  readonly container?: { readonly id: string; readonly image?: unknown };
  readonly process?: unknown;
  readonly docker: unknown;
}
/** What a store gets of an event. */
const encoded = (event: DockerEvent, more: Partial<EventPlace> = {}) =>
  JSON.parse(encodeEvent(event, { ...place, ...more }).json) as EventDocument;

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
  expect(encoded(die)).toEqual({
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
    message: 'container shop-web-1 die, exit code 3',
    host: { name: 'edge-1' },
    container: {
      id: '0aefcf3ce9bf7cdfe298bbd44a1be7d9b90f25916c4ec8d7a1a5fdf47927f308',
      name: 'shop-web-1',
      image: { name: 'registry.example:5000/shop/web', tag: ['1.2'] },
      runtime: 'docker',
    },
    service: { name: 'web' },
    process: { exit_code: 3 },
    docker: {
      event: {
        type: 'container',
        action: 'die',
        status: 'die',
        from: 'registry.example:5000/shop/web:1.2',
        id: '0aefcf3ce9bf7cdfe298bbd44a1be7d9b90f25916c4ec8d7a1a5fdf47927f308',
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
    harborlight: { container: { short_id: '0aefcf3ce9bf', compose_project: 'shop', compose_service: 'web' } },
  });
});

test('the id is of what identifies the event: not of the host, not of its text', () => {
  const id = (event: DockerEvent, host = 'edge-1') => encodeEvent(event, { ...place, host }).id;
  expect(id(die)).toBe(encoded(die).event.id);
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
  expect(encoded({ ...die, attributes: { exitCode } }).event['outcome']).toBe(outcome);
});

test.each([
  ['busybox', { name: 'busybox' }],
  ['shop/web:1.2', { name: 'shop/web', tag: ['1.2'] }],
  ['registry:5000/web', { name: 'registry:5000/web' }],
  ['registry:5000/web:2@sha256:ab12', { name: 'registry:5000/web', tag: ['2'] }],
  ['sha256:ab12', { name: 'sha256:ab12' }],
])('the image %s is taken apart', (image, expected) => {
  expect(encoded({ ...die, attributes: { image } }).container?.image).toEqual(expected);
});

test('a label that takes the place of the exit code gives no exit code', () => {
  const document = encoded({ ...die, attributes: { exitCode: 'spoofed' } });
  expect(document.process).toBeUndefined();
  expect(document.event['outcome']).toBeUndefined();
});

test('a health check gives the status, on its own field', () => {
  const document = encoded({ ...die, action: 'health_status', status: 'unhealthy' });
  expect(document.docker).toMatchObject({ event: { action: 'health_status' }, healthcheck: { status: 'unhealthy' } });
});

test("an action that nobody knows is a process's info, whatever it is called", () => {
  const { event } = encoded({ ...die, action: 'constructor' });
  expect(event).toMatchObject({ action: 'constructor', category: ['process'], type: ['info'] });
});

test('recordings of the three engines are there', () => {
  expect(recordings.length).toBeGreaterThanOrEqual(3);
});

test.each(recordings)('%s: each event is one document with the time to the nanosecond', (name) => {
  const events = recorded(name).filter((event) => isDocumented(event, DEFAULTS));
  const documents = events.map((event) => encoded(event));
  expect(documents.length).toBeGreaterThan(80);
  expect(new Set(documents.map((document) => document.event.id)).size).toBe(documents.length);
  for (const [index, document] of documents.entries()) {
    const [seconds = '', nanoseconds = ''] = document['@timestamp'].split(/[.Z]/);
    expect(`${Date.parse(`${seconds}Z`) / 1000}${nanoseconds}`).toBe(events[index]?.timeNano);
    if (events[index]?.type === 'container') expect(document.container?.id).toMatch(/^[0-9a-f]{64}$/);
    expect(document.event.id).toMatch(/^[\w-]{20}$/);
  }
});

test.each(recordings)('%s: neither commands run in containers nor labels of their own become documents', (name) => {
  const text = recorded(name)
    .filter((event) => isDocumented(event, DEFAULTS))
    .map((event) => encodeEvent(event, place).json)
    .join('\n');
  expect(text).not.toMatch(/exec_|wget|unicode|newline|spoofed/);
});

test('commands run in containers are documents on demand, without what they ran', () => {
  const exec: DockerEvent = {
    type: 'container',
    action: 'exec_start',
    actorId: die.actorId,
    execId: 'ab12',
    attributes: {},
    timeNano: die.timeNano,
  };
  expect([isDocumented(exec, DEFAULTS), isDocumented(exec, { execEvents: true })]).toEqual([false, true]);
  expect(encoded(exec)).toMatchObject({ event: { action: 'exec_start' }, container: { id: die.actorId } });
  expect(encodeEvent({ ...exec, execId: 'cd34' }, place).id).not.toBe(encodeEvent(exec, place).id);
});

test('what is known of a container completes what its event does not say', () => {
  const container = {
    name: 'shop-web-1',
    image: 'shop/web:1.2',
    labels: { 'com.docker.compose.project': 'shop', api_token: 'planted' },
    hasHealthcheck: false,
  };
  const known = {
    container: { id: die.actorId, name: 'shop-web-1', image: { name: 'shop/web', tag: ['1.2'] } },
    harborlight: { container: { compose_project: 'shop' } },
  };
  const exec: DockerEvent = { ...die, action: 'exec_die', attributes: {} };
  const connect: DockerEvent = { ...die, type: 'network', action: 'connect', attributes: { container: die.actorId } };
  for (const event of [exec, connect]) {
    expect(encoded(event, { container })).toMatchObject(known);
    expect(encodeEvent(event, { ...place, container }).json).not.toContain('planted');
  }
  // A name may have changed since.
  expect(encoded({ ...die, attributes: { name: 'before' } }, { container })).toMatchObject({
    container: { name: 'before' },
  });
});

test('the reason of an end is told where it is known', () => {
  expect(encoded(die).event['reason']).toBeUndefined();
  expect(encoded(die, { exitReason: 'oom' }).event['reason']).toBe('oom');
});

test('a network that a container joins is no container, but names it', () => {
  const network = 'c'.repeat(64);
  const connect = (container: string): DockerEvent => ({
    type: 'network',
    action: 'connect',
    actorId: network,
    attributes: { name: 'shop_default', type: 'bridge', container, secret_label: 'planted' },
    timeNano: die.timeNano,
  });
  const document = encoded(connect(die.actorId));
  expect(document).toMatchObject({
    message: 'network shop_default connect',
    event: { category: ['network'], type: ['start'] },
    container: { id: die.actorId },
    docker: {
      event: { type: 'network', actor: { id: network, attributes: { name: 'shop_default', type: 'bridge' } } },
    },
  });
  expect(JSON.stringify(document)).not.toContain('planted');
  // Two may join side by side, in one nanosecond.
  expect(encodeEvent(connect('d'.repeat(64)), place).id).not.toBe(document.event.id);
});

test.each(['image', 'volume', 'daemon', 'plugin'])('an event of type %s has no container', (type) => {
  const document = encoded({
    type,
    action: 'create',
    actorId: 'x',
    attributes: { name: 'x', a: 'b' },
    timeNano: '1795221952793401085',
  });
  expect(document).toMatchObject({ event: { category: ['configuration'], type: ['creation'] } });
  expect([document.container, JSON.stringify(document).includes('"a"')]).toEqual([undefined, false]);
});

test('the name of a project that looks like a credential is none in a document', () => {
  const attributes = { ...die.attributes, 'com.docker.compose.project': 'x password=hunter2' };
  expect(encodeEvent({ ...die, attributes }, place).json).not.toContain('hunter2');
});
