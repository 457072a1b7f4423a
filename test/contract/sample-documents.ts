import { encodeAlert } from '../../exporter/documents/encode/alert.ts';
import { encodeApp } from '../../exporter/documents/encode/app.ts';
import { encodeEvent } from '../../exporter/documents/encode/event.ts';
import { encodeGap } from '../../exporter/documents/encode/gap.ts';
import { encodeHealth } from '../../exporter/documents/encode/health.ts';
import { encodeProbe } from '../../exporter/documents/encode/probe.ts';
import type { Alert } from '../../exporter/model/alert.ts';
import type { NewDocument } from '../../exporter/model/document.ts';

const place = { namespace: 'default', host: 'edge-1', exporter: 'exporter-1' };
const id = 'c'.repeat(64);
const labels = {
  'com.docker.compose.project': 'shop',
  'com.docker.compose.service': 'web',
  a: 'one',
  'a.b': 'two',
};
const startNano = '1795221952793401085';
const endNano = '1795221953000000001';

const alert: Alert = {
  status: 'resolved',
  fingerprint: 'c01bd0b2a9a1d1c5',
  labels: {
    alertname: 'ContainerDown',
    severity: 'critical',
    category: 'containers',
    host: 'edge-1',
    name: 'shop-web-1',
    compose_project: 'shop',
    compose_service: 'web',
    'a.b': 'a dotted name',
  },
  annotations: { summary: 'shop-web-1 is down', runbook_url: 'https://runbooks.example/ContainerDown' },
  startsAt: '2026-11-21T00:45:52Z',
  endsAt: '2026-11-21T01:00:00Z',
};

/** A document of each dataset as its encoder makes it, with every field that it can have. */
export const sampleDocuments: readonly NewDocument[] = [
  encodeEvent(
    {
      type: 'container',
      action: 'die',
      actorId: id,
      attributes: { name: 'shop-web-1', image: 'shop/web:1.2', exitCode: '137', execDuration: '4', ...labels },
      timeNano: startNano,
    },
    { ...place, runtime: 'docker', exitReason: 'oom' },
  ),
  encodeHealth(
    {
      containerId: id,
      description: { name: 'shop-web-1', image: 'shop/web:1.2', labels, hasHealthcheck: true },
      runtime: 'docker',
      status: 'unhealthy',
      previous: 'healthy',
      failingStreak: 3,
      check: { startNano, endNano, exitCode: 1, output: 'the quick brown fox' },
    },
    place,
  ),
  encodeProbe(
    {
      seriesLabels: {
        probe: 'shop',
        kind: 'http',
        target: 'https://shop.example/health',
        host: 'edge-1',
        name: 'shop-web-1',
        compose_project: 'shop',
        compose_service: 'web',
      },
      result: { startedSeconds: 1795221952.793401, durationSeconds: 0.25, success: false, failure: 'status 503' },
      previousSuccess: true,
    },
    place,
  ),
  encodeAlert(alert, place),
  encodeGap(
    { source: 'lines of shop-web-1', reason: 'rotated', fromNano: startNano, toNano: endNano, lost: 7 },
    { ...place, container: { id, name: 'shop-web-1', image: 'shop/web:1.2', labels } },
  ),
  encodeApp(
    {
      '@timestamp': '2026-11-21T00:45:52.793Z',
      'log.level': 'warn',
      'log.logger': 'hosts',
      'process.pid': 7,
      'host.hostname': 'edge-1',
      'ecs.version': '8.10.0',
      'service.name': 'harborlight',
      'service.node.name': 'edge-1',
      'http.request.id': 'req-1',
      'trace.id': 'abc',
      'span.id': 'def',
      error: { type: 'Error', message: 'unreachable', stack_trace: 'Error: unreachable' },
      'harborlight.host': 'edge-2',
      'harborlight.reason': { deep: true },
      message: 'host unreachable',
    },
    { ...place, bootId: 'boot', sequence: 7 },
  ),
];
