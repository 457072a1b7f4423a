import { expect, test } from 'vitest';
import { encodeEvent } from '../../../../exporter/documents/encode/event.ts';
import { encodeHealth } from '../../../../exporter/documents/encode/health.ts';
import type { NewDocument } from '../../../../exporter/model/document.ts';

// The fields of Elastic's docker integration (its event and healthcheck data streams, "Exported fields"), and the type
// that JSON has to have for each. docker.event.time is @timestamp there as here, and stays out.
const EVENT = {
  'docker.event.type': 'string',
  'docker.event.action': 'string',
  'docker.event.from': 'string',
  'docker.event.status': 'string',
  'docker.event.id': 'string',
  'docker.event.actor.id': 'string',
  'docker.event.actor.attributes': 'object',
};
const HEALTHCHECK = {
  'docker.healthcheck.status': 'string',
  'docker.healthcheck.failingstreak': 'number',
  'docker.healthcheck.event.start_date': 'string',
  'docker.healthcheck.event.end_date': 'string',
  'docker.healthcheck.event.exit_code': 'number',
  'docker.healthcheck.event.output': 'string',
};
/** On which its dashboards join and filter. */
const CONTAINER = {
  'container.id': 'string',
  'container.name': 'string',
  'container.image.name': 'string',
  'container.runtime': 'string',
  'host.name': 'string',
};

const place = { host: 'edge-1', namespace: 'default' };
const id = 'a'.repeat(64);
const event = encodeEvent(
  {
    type: 'container',
    action: 'health_status',
    status: 'healthy',
    actorId: id,
    attributes: { name: 'web', image: 'shop/web:1.2' },
    timeNano: '1795221952793401085',
  },
  place,
);
const health = encodeHealth(
  {
    containerId: id,
    description: { name: 'web', image: 'shop/web:1.2', labels: {}, hasHealthcheck: true },
    runtime: 'docker',
    status: 'healthy',
    failingStreak: 0,
    check: { startNano: '1795221952793401085', endNano: '1795221952793401086', exitCode: 0, output: 'ok' },
  },
  place,
);

const typesIn = ({ json }: NewDocument, fields: object) =>
  Object.fromEntries(
    Object.keys(fields).map((path) => [
      path,
      typeof path
        .split('.')
        .reduce<unknown>((value, key) => new Map(Object.entries(value ?? {})).get(key), JSON.parse(json)),
    ]),
  );

test.each([
  ['an event', event, { ...EVENT, ...CONTAINER }],
  ['a health transition', health, { ...HEALTHCHECK, ...CONTAINER }],
])("%s has the fields of Elastic's docker integration", (_what, document, fields) => {
  expect(typesIn(document, fields)).toEqual(fields);
});

test('the status of an event is what the engine calls it', () => {
  expect(JSON.parse(event.json)).toMatchObject({
    docker: { event: { status: 'health_status: healthy', from: 'shop/web:1.2', id } },
  });
});
