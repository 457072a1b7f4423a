import { expect, test } from 'vitest';
import { encodeApp } from '../../../../exporter/documents/encode/app.ts';

const place = { namespace: 'default', exporter: 'edge-1', bootId: 'boot', sequence: 7 };
const line = {
  '@timestamp': '2026-11-21T00:45:52.793Z',
  'log.level': 'warn',
  'ecs.version': '8.10.0',
  'service.name': 'harborlight',
  'service.node.name': 'edge-1',
  'event.dataset': 'harborlight.app',
  'http.request.id': 'req-1',
  'trace.id': 'abc',
  'harborlight.host': 'edge-2',
  'harborlight.reason': { deep: true },
  message: 'host unreachable',
};

test('a line becomes a document whose names are nested, with what ECS does not know in one field', () => {
  expect(JSON.parse(encodeApp(line, place).json)).toEqual({
    '@timestamp': '2026-11-21T00:45:52.793000000Z',
    data_stream: { type: 'logs', dataset: 'harborlight.app', namespace: 'default' },
    log: { level: 'warn' },
    ecs: { version: '8.10.0' },
    service: { name: 'harborlight', node: { name: 'edge-1' } },
    http: { request: { id: 'req-1' } },
    trace: { id: 'abc' },
    message: 'host unreachable',
    event: { id: encodeApp(line, place).id, dataset: 'harborlight.app', sequence: 7 },
    host: { name: 'edge-2' },
    harborlight: { fields: { host: 'edge-2', reason: { deep: true } } },
  });
});

test('the id is of the exporter, its process and the number of the line', () => {
  const { id } = encodeApp(line, place);
  expect(encodeApp({ message: 'other' }, place).id).toBe(id);
  for (const other of [{ sequence: 8 }, { bootId: 'other' }, { exporter: 'other' }])
    expect(encodeApp(line, { ...place, ...other }).id).not.toBe(id);
});

test('a field of ours cannot take the place of the frame', () => {
  const spoofed = { ...line, 'event.id': 'x', data_stream: { dataset: 'y' }, 'event.dataset': 'z', event: 'text' };
  expect(JSON.parse(encodeApp(spoofed, place).json)).toMatchObject({
    data_stream: { dataset: 'harborlight.app' },
    event: { dataset: 'harborlight.app', sequence: 7 },
  });
});
