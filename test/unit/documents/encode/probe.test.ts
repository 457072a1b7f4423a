import { expect, test } from 'vitest';
import { encodeProbe, isDocumentedOutcome } from '../../../../exporter/documents/encode/probe.ts';
import type { ProbeOutcome } from '../../../../exporter/model/probe.ts';

const place = { exporter: 'edge-1', namespace: 'default' };
const failed: ProbeOutcome = {
  seriesLabels: { probe: 'shop', kind: 'http', target: 'https://ops:hunter2@shop.example/health' },
  result: { startedSeconds: 1795221952.793401, durationSeconds: 0.25, success: false, failure: 'status 503' },
  previousSuccess: true,
};

test('a failure becomes a document, without the credentials of its URL', () => {
  expect(JSON.parse(encodeProbe(failed, place).json)).toEqual({
    '@timestamp': '2026-11-21T00:45:52.793401000Z',
    data_stream: { type: 'logs', dataset: 'harborlight.probe', namespace: 'default' },
    event: {
      id: encodeProbe(failed, place).id,
      kind: 'event',
      dataset: 'harborlight.probe',
      action: 'probe_failed',
      category: ['network'],
      type: ['info'],
      outcome: 'failure',
      start: '2026-11-21T00:45:52.793401000Z',
      duration: 250_000_000,
    },
    message: 'probe shop failed: status 503',
    observer: { name: 'edge-1' },
    service: { address: 'https://shop.example/health' },
    url: { full: 'https://shop.example/health' },
    error: { message: 'status 503' },
    harborlight: { probe: { name: 'shop', kind: 'http', previous_success: true } },
  });
});

test.each([
  [true, undefined, false],
  [true, true, false],
  [true, false, true],
  [false, undefined, true],
  [false, true, true],
  [false, false, true],
])('success %s after %s is a document: %s', (success, previousSuccess, is) => {
  expect(isDocumentedOutcome({ ...failed, result: { ...failed.result, success }, previousSuccess })).toBe(is);
});

test('what succeeds again has no error', () => {
  const { failure: _none, ...result } = failed.result;
  const document = JSON.parse(
    encodeProbe({ ...failed, result: { ...result, success: true }, previousSuccess: false }, place).json,
  ) as Record<string, unknown>;
  expect(document).toMatchObject({ message: 'probe shop succeeds again', event: { outcome: 'success' } });
  expect(document['error']).toBeUndefined();
});

test('a probe of a container names it, and an address is no URL', () => {
  const seriesLabels = {
    probe: 'ready',
    kind: 'tcp',
    target: '172.17.0.2:80',
    host: 'edge-2',
    name: 'shop-web-1',
    compose_project: 'shop',
    compose_service: 'web',
  };
  const document = JSON.parse(encodeProbe({ ...failed, seriesLabels }, place).json) as Record<string, unknown>;
  expect(document).toMatchObject({
    host: { name: 'edge-2' },
    container: { name: 'shop-web-1' },
    service: { address: '172.17.0.2:80' },
    harborlight: { container: { compose_project: 'shop', compose_service: 'web' } },
  });
  expect(document['url']).toBeUndefined();
});

test('the id is of the exporter, the probe and its start', () => {
  const { id } = encodeProbe(failed, place);
  expect(encodeProbe({ ...failed, previousSuccess: false }, { ...place, namespace: 'other' }).id).toBe(id);
  const later = { ...failed, result: { ...failed.result, startedSeconds: 1795221952.793402 } };
  const other = { ...failed, seriesLabels: { ...failed.seriesLabels, name: 'web' } };
  const ids = [encodeProbe(later, place), encodeProbe(other, place), encodeProbe(failed, { ...place, exporter: 'b' })];
  for (const one of ids) expect(one.id).not.toBe(id);
});

test('a failure that quotes a credential loses it', () => {
  const result = { ...failed.result, failure: 'answered: password=hunter2' };
  expect(encodeProbe({ ...failed, result }, place).json).not.toContain('hunter2');
});
