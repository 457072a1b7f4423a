import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ServiceStatus, StatusReport } from '../../../../exporter/model/status.ts';
import type { StatusAccess } from '../../../../exporter/status/status-page.ts';
import { basic, hashOf, request, startServer } from '../bed.ts';

const web: ServiceStatus = {
  id: 'web',
  name: `<b>"w'&`,
  state: 'up',
  sinceSeconds: 1_757_000_000,
  windows: {
    '24h': { availabilityRatio: 0.99987, responseSeconds: 0.0123 },
    '7d': {},
    '30d': { availabilityRatio: 1 },
  },
  days: [{ date: '2026-10-04' }, { date: '2026-10-05', availabilityRatio: 0.96 }],
};
const onContainer: ServiceStatus = {
  ...web,
  id: 'edge-1/shop-web-1/http',
  name: 'shop-web-1',
  state: 'down',
  days: [],
};
const REPORT: StatusReport = {
  title: '<i>Shop</i>',
  atSeconds: 1_758_000_000.9,
  state: 'degraded',
  counts: { up: 1, down: 1, unknown: 0 },
  groups: [
    { name: 'Services', services: [web] },
    { name: '<u>shop', services: [onContainer] },
  ],
  omitted: 0,
};
const PATHS = ['/status', '/status.json', '/status/badge/web.svg'];
const AUTH = { users: { ops: hashOf('right') } };

interface Asking {
  readonly access?: StatusAccess;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

async function read(path: string, { access = 'public', headers = {}, method = 'GET' }: Asking = {}) {
  const bed = await startServer({
    auth: AUTH,
    status: { access: () => access, report: () => Promise.resolve(REPORT) },
  });
  const { status, headers: sent, body } = await request(new URL(path, bed.url), { headers, method });
  return { status, headers: sent, text: body.toString(), observed: bed.observed };
}

describe.each(PATHS)('%s', (path) => {
  test('needs no login when it is public', async () => {
    expect((await read(path)).status).toBe(200);
  });

  test('needs one when it is not', async () => {
    expect((await read(path, { access: 'login' })).status).toBe(401);
    const headers = { Authorization: basic('ops', 'right') };
    expect((await read(path, { access: 'login', headers })).status).toBe(200);
  });

  test('is not there when it is switched off', async () => {
    expect((await read(path, { access: 'off' })).status).toBe(401);
    const headers = { Authorization: basic('ops', 'right') };
    expect((await read(path, { access: 'off', headers })).status).toBe(404);
  });

  test('answers HEAD, and nothing but GET beside it', async () => {
    const [head, get, post] = [
      await read(path, { method: 'HEAD' }),
      await read(path),
      await read(path, { method: 'POST' }),
    ];
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', get.headers['content-length']]);
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

test('the page shows names as text, and its one style is the one its policy allows', async () => {
  const { headers, text } = await read('/status');
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(text).toContain('&lt;b&gt;&quot;w&#39;&amp;');
  expect(text).toContain('<caption dir="auto">&lt;u&gt;shop</caption>');
  expect(text).not.toMatch(/<b>"|<i>Shop|<u>|<script|<img|<link|\ssrc=|\sstyle=|\son\w+=|@import|url\(/i);
  const hash = createHash('sha256')
    .update(/<style>(.*?)<\/style>/s.exec(text)?.[1] ?? '')
    .digest('base64');
  expect(headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
});

test('the page tells states, times and figures in words', async () => {
  const { text } = await read('/status');
  const words = text
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
  expect(words).toContain('1 of 2 services is down');
  expect(words).toContain('Up since 4 Sep 2025, 15:33 UTC');
  expect(words).toContain('99.98 % 12 ms – not known 100.00 %');
  expect(text).toContain(
    'aria-label="Last 2 days: 0 without a failure, 1 with few failures, 0 with many, 1 without results"',
  );
  expect(text).toContain('title="5 Oct 2026: 96.00\u00a0%"');
});

test('the data leave out what is not known', async () => {
  const { headers, text } = await read('/status.json');
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(JSON.parse(text)).toEqual({
    title: '<i>Shop</i>',
    updated: '2025-09-16T05:20:00Z',
    state: 'degraded',
    counts: { up: 1, down: 1, unknown: 0 },
    services: [
      {
        id: 'web',
        name: `<b>"w'&`,
        group: 'Services',
        state: 'up',
        since: '2025-09-04T15:33:20Z',
        availability_ratio: { '24h': 0.99987, '30d': 1 },
        response_seconds: { '24h': 0.0123 },
        days: [{ date: '2026-10-05', availability_ratio: 0.96 }],
        badge: '/status/badge/web.svg',
      },
      expect.objectContaining({
        id: 'edge-1/shop-web-1/http',
        days: [],
        badge: '/status/badge/edge-1%2Fshop-web-1%2Fhttp.svg',
      }),
    ],
  });
});

test('a badge is one picture that nobody keeps, with its name as text', async () => {
  const { headers, text } = await read('/status/badge/web.svg');
  expect([headers['content-type'], headers['cache-control']]).toEqual(['image/svg+xml; charset=utf-8', 'no-cache']);
  expect(text).toContain('aria-label="&lt;b&gt;&quot;w&#39;&amp;: up"');
  expect(text).not.toMatch(/<b>|href|<image|<style|<script/);
});

test('a badge of a probe on a container is found by all of its names', async () => {
  const { text } = await read('/status/badge/edge-1%2Fshop-web-1%2Fhttp.svg');
  expect(text).toContain('aria-label="shop-web-1: down"');
});

test.each([
  ['/status/badge/other.svg', 404],
  ['/status/badge/web.png', 404],
  ['/status/badge/web', 404],
  ['/status/badge/.svg', 404],
  ['/status/badge/%zz.svg', 400],
])('%s is %d', async (path, status) => {
  expect((await read(path, { headers: { Authorization: basic('ops', 'right') } })).status).toBe(status);
});

test('a badge counts under its pattern, whatever its name', async () => {
  const { observed } = await read('/status/badge/other.svg');
  await expect.poll(() => observed).toMatchObject([{ route: '/status/badge/:file', status: 404 }]);
});

test('a report is rendered once, however many ask', async () => {
  let reads = 0;
  const groups = () => {
    reads++;
    return REPORT.groups;
  };
  const report = Object.defineProperty({ ...REPORT }, 'groups', { get: groups });
  const { url } = await startServer({ status: { access: () => 'public', report: () => Promise.resolve(report) } });
  for (let at = 0; at < 10; at++) await request(new URL('/status', url));
  expect(reads).toBe(1);
});
