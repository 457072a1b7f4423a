import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRecentResults, type NewResult } from '../../../../exporter/probes/recent-results.ts';
import { hashOf, request, startServer } from '../bed.ts';

const good: NewResult = {
  by: { probe: 'shop' },
  kind: 'http',
  target: 'https://shop.example/health',
  labels: { host: 'edge-1', name: 'shop-web-1' },
  result: {
    startedSeconds: Date.UTC(2025, 0, 31, 12, 0, 5) / 1000,
    durationSeconds: 0.25,
    success: true,
    details: { failedByPattern: false },
    steps: [
      { atSeconds: 0.002, text: 'shop.example is 192.0.2.7' },
      { atSeconds: 0.25, text: 'success' },
    ],
  },
};
const bad: NewResult = {
  by: { module: 'mail' },
  kind: 'tcp',
  target: 'mail.example:25',
  result: {
    ...good.result,
    success: false,
    failure: 'connection refused',
    steps: [{ atSeconds: 0.1, text: 'connection refused' }],
  },
};

async function ask(path: string, headers: Readonly<Record<string, string>> = {}, results = [good, bad]) {
  const recentResults = createRecentResults({ max: 10 });
  for (const result of results) recentResults.add(result);
  const { url } = await startServer({ recentResults });
  const answer = await request(new URL(path, url), { headers });
  return { ...answer, text: answer.body.toString() };
}

const JSON_ONLY = { Accept: 'application/json' };

function rowsOf(text: string) {
  return [...text.matchAll(/<tr>(<t[dh].*)<\/tr>/g)].map(([, row = '']) =>
    row
      .split(/<\/t[dh]>/)
      .slice(0, -1)
      .map((cell) => cell.replace(/<[^>]*>/g, '')),
  );
}

test('the page has a row for each result, the newest first, that leads to its steps', async () => {
  const { status, headers, text } = await ask('/probes');
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(headers.vary).toBe('Accept');
  expect(rowsOf(text)).toEqual([
    ['When', 'Probe', 'Kind', 'Target', 'State', 'Seconds', 'Why'],
    ['2025-01-31 12:00:05', 'mail (on demand)', 'tcp', 'mail.example:25', 'down', '0.250', 'connection refused'],
    ['2025-01-31 12:00:05', 'shop', 'http', 'https://shop.example/health', 'up', '0.250', ''],
  ]);
  expect(text).toContain('<a href="/probes?id=2">');
});

test('the page of one result has its labels and its steps', async () => {
  const { status, text } = await ask('/probes?id=1');
  expect(status).toBe(200);
  expect(rowsOf(text)).toEqual([
    ['When', '2025-01-31 12:00:05'],
    ['Probe', 'shop'],
    ['Kind', 'http'],
    ['Target', 'https://shop.example/health'],
    ['host', 'edge-1'],
    ['name', 'shop-web-1'],
    ['State', 'up'],
    ['Seconds', '0.250'],
    ['Seconds', 'What'],
    ['0.002', 'shop.example is 192.0.2.7'],
    ['0.250', 'success'],
  ]);
});

test.each([
  ['/probes', JSON_ONLY],
  ['/probes?format=json', {}],
])('%s with %j is JSON without steps', async (path, headers) => {
  const answer = await ask(path, headers);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  const outcome = { startedSeconds: 1_738_324_805, durationSeconds: 0.25 };
  const { labels } = good;
  expect(JSON.parse(answer.text)).toEqual({
    results: [
      {
        id: '2',
        module: 'mail',
        kind: 'tcp',
        target: 'mail.example:25',
        ...outcome,
        success: false,
        failure: 'connection refused',
      },
      {
        id: '1',
        probe: 'shop',
        kind: 'http',
        target: 'https://shop.example/health',
        labels,
        ...outcome,
        success: true,
      },
    ],
  });
});

test('one result as JSON has its steps', async () => {
  const { text } = await ask('/probes?id=2', JSON_ONLY);
  expect(JSON.parse(text)).toMatchObject({ id: '2', steps: [{ atSeconds: 0.1, text: 'connection refused' }] });
});

test.each([
  ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['curl', '*/*'],
])('%s gets the page', async (_who, accept) => {
  expect((await ask('/probes', { Accept: accept })).headers['content-type']).toBe('text/html; charset=utf-8');
});

test('probe= narrows it to the results of one name', async () => {
  const { text } = await ask('/probes?probe=shop', JSON_ONLY);
  expect(JSON.parse(text)).toMatchObject({ results: [{ id: '1' }] });
  const page = await ask('/probes?probe=shop');
  expect(rowsOf(page.text).map(([, name]) => name)).toEqual(['Probe', 'shop']);
});

test('before the first result the page says so', async () => {
  expect((await ask('/probes', {}, [])).text).toContain('<p>Nothing yet.</p>');
});

test('a result that is gone is not found', async () => {
  const { status, text } = await ask('/probes?id=99');
  expect(status).toBe(404);
  expect(text).toContain('There is no such result any more');
});

test('markup in names, targets and answers is shown as text', async () => {
  const markup = `<script>alert("1'&")</script>`;
  const evil: NewResult = {
    by: { probe: markup },
    kind: markup,
    target: markup,
    labels: { [markup]: markup },
    result: { ...bad.result, failure: markup, steps: [{ atSeconds: 0, text: markup }] },
  };
  for (const path of ['/probes', '/probes?id=1', `/probes?probe=${encodeURIComponent(markup)}`]) {
    const { text } = await ask(path, {}, [evil]);
    expect(text).toContain('&lt;script&gt;alert(&quot;1&#39;&amp;&quot;)&lt;/script&gt;');
    expect(text).not.toContain('<script');
  }
});

test.each(['/probes', '/probes?id=1'])('%s runs nothing and loads nothing', async (path) => {
  const { headers, text } = await ask(path);
  const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(text).not.toMatch(/<script|<img|<link|<iframe|\ssrc=|\sstyle=|\son\w+=|@import|url\(/i);
});

test('it needs the login', async () => {
  const { url } = await startServer({ auth: { users: { ops: hashOf('right') } } });
  expect((await request(new URL('/probes', url))).status).toBe(401);
});
