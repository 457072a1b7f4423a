import { expect, test } from 'vitest';
import { encodeGap } from '../../../../exporter/documents/encode/gap.ts';

const gap = {
  source: 'events of edge-1',
  reason: 'replay_incomplete',
  fromNano: '1795221952793401085',
  toNano: '1795221953000000001',
};

test('a gap tells from when to when, of what and why', () => {
  expect(JSON.parse(encodeGap(gap, { namespace: 'default', host: 'edge-1' }).json)).toEqual({
    '@timestamp': '2026-11-21T00:45:53.000000001Z',
    data_stream: { type: 'logs', dataset: 'harborlight.gap', namespace: 'default' },
    event: {
      id: encodeGap(gap, { namespace: 'default' }).id,
      kind: 'event',
      dataset: 'harborlight.gap',
      action: 'gap',
      category: ['host'],
      type: ['info'],
      reason: 'replay_incomplete',
      start: '2026-11-21T00:45:52.793401085Z',
      end: '2026-11-21T00:45:53.000000001Z',
    },
    message:
      'events of edge-1: replay_incomplete, something may be missing from 2026-11-21T00:45:52.793401085Z to 2026-11-21T00:45:53.000000001Z',
    host: { name: 'edge-1' },
    harborlight: {
      gap: {
        source: 'events of edge-1',
        reason: 'replay_incomplete',
        from: '2026-11-21T00:45:52.793401085Z',
        to: '2026-11-21T00:45:53.000000001Z',
      },
    },
  });
});

test('one that would end before it began has no beginning', () => {
  const { fromNano: toNano, toNano: fromNano } = gap;
  const document = JSON.parse(
    encodeGap({ ...gap, fromNano, toNano, lost: 7 }, { namespace: 'default' }).json,
  ) as unknown;
  expect(document).toMatchObject({ harborlight: { gap: { lost: 7 } } });
  expect(document).not.toHaveProperty('event.start');
});

test('the gap of a container names it', () => {
  const container = { id: 'a'.repeat(64), name: 'web', image: 'x', labels: {} };
  expect(JSON.parse(encodeGap(gap, { namespace: 'default', container }).json)).toMatchObject({
    container: { name: 'web' },
    harborlight: { container: { short_id: 'aaaaaaaaaaaa' }, gap: { reason: 'replay_incomplete' } },
  });
});
