import { expect, test } from 'vitest';
import { encodeAlert } from '../../../../exporter/documents/encode/alert.ts';
import type { Alert } from '../../../../exporter/model/alert.ts';

const place = { namespace: 'default' };
const firing: Alert = {
  status: 'firing',
  fingerprint: 'c01bd0b2a9a1d1c5',
  labels: {
    alertname: 'ContainerDown',
    severity: 'critical',
    host: 'edge-1',
    name: 'shop-web-1',
    compose_project: 'shop',
  },
  annotations: { summary: 'shop-web-1 is down', runbook_url: 'https://runbooks.example/ContainerDown' },
  startsAt: '2026-11-21T01:45:52.7934+01:00',
  endsAt: '0001-01-01T00:00:00Z',
};

test('an alert that fires becomes a document at its start', () => {
  expect(JSON.parse(encodeAlert(firing, place).json)).toEqual({
    '@timestamp': '2026-11-21T00:45:52.793400000Z',
    data_stream: { type: 'logs', dataset: 'harborlight.alert', namespace: 'default' },
    event: {
      id: encodeAlert(firing, place).id,
      kind: 'alert',
      dataset: 'harborlight.alert',
      action: 'alert_firing',
      start: '2026-11-21T00:45:52.793400000Z',
      severity: 4,
    },
    message: 'ContainerDown firing: shop-web-1 is down',
    rule: { name: 'ContainerDown', reference: 'https://runbooks.example/ContainerDown' },
    host: { name: 'edge-1' },
    container: { name: 'shop-web-1' },
    labels: firing.labels,
    harborlight: {
      container: { compose_project: 'shop' },
      alert: { fingerprint: 'c01bd0b2a9a1d1c5', status: 'firing', annotations: firing.annotations },
    },
  });
});

test('its end is another document, at its end', () => {
  const resolved: Alert = { ...firing, status: 'resolved', endsAt: '2026-11-21T01:00:00Z' };
  expect(JSON.parse(encodeAlert(resolved, place).json)).toMatchObject({
    '@timestamp': '2026-11-21T01:00:00.000000000Z',
    event: { action: 'alert_resolved', start: '2026-11-21T00:45:52.793400000Z', end: '2026-11-21T01:00:00.000000000Z' },
  });
  expect(encodeAlert(resolved, place).id).not.toBe(encodeAlert(firing, place).id);
});

test('a repeat has the same id, whatever it says now, and one of another beginning has not', () => {
  const { id } = encodeAlert(firing, place);
  const repeat = { ...firing, startsAt: '2026-11-21T00:45:52.793400000Z', annotations: {}, labels: {}, endsAt: 'x' };
  expect(encodeAlert(repeat, { namespace: 'other' }).id).toBe(id);
  expect(encodeAlert({ ...firing, startsAt: '2026-11-21T00:45:53Z' }, place).id).not.toBe(id);
  expect(encodeAlert({ ...firing, fingerprint: 'b' }, place).id).not.toBe(id);
});

test('secrets in labels and annotations are in no document', () => {
  const alert = {
    ...firing,
    labels: { ...firing.labels, api_token: 'planted-1' },
    annotations: { summary: 'login failed: password=planted-2', url: 'https://ops:planted-3@x/' },
  };
  expect(encodeAlert(alert, place).json).not.toContain('planted');
});

test('an alert without a name, a severity or anything else still is one', () => {
  const document = JSON.parse(encodeAlert({ ...firing, labels: {}, annotations: {} }, place).json) as Record<
    string,
    unknown
  >;
  expect(document).toMatchObject({ message: 'alert firing', rule: { name: 'alert' } });
  expect(document['event']).not.toHaveProperty('severity');
});
