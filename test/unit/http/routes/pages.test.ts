import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { request, startServer } from '../bed.ts';

async function readPage(path: string, ...[overrides]: Parameters<typeof startServer>) {
  const { url } = await startServer(overrides);
  const { status, headers, body } = await request(new URL(path, url));
  return { status, headers, text: body.toString() };
}

test('/healthz says that the process turns', async () => {
  const { status, headers, text } = await readPage('/healthz', { isReady: () => false });
  expect([status, headers['content-type'], text]).toEqual([200, 'text/plain; charset=utf-8', 'ok\n']);
});

test('/readyz says when the first look at the engines is complete', async () => {
  const { status, text } = await readPage('/readyz');
  expect([status, text]).toEqual([200, 'ready\n']);
});

test('/readyz is 503 before', async () => {
  const { status, text } = await readPage('/readyz', { isReady: () => false });
  expect([status, text]).toEqual([503, 'starting: the first look at the engines is not complete yet\n']);
});

test('/ shows every engine with its state', async () => {
  const { status, headers, text } = await readPage('/', {
    hosts: () => [
      { name: 'edge-1', url: 'unix:///var/run/docker.sock', up: true, containers: 3 },
      { name: 'edge-2', url: 'https://10.0.0.2:2376', up: false, reason: 'timeout' },
      { name: 'edge-3', url: 'ssh://edge-3', up: false },
    ],
  });
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(text).toContain('Version 1.2.3, watching 3 engines.');
  const rows = [...text.matchAll(/<tr>(<td.*)<\/tr>/g)].map(([, row = '']) =>
    row
      .replace(/<[^>]*>/g, ' ')
      .trim()
      .split(/ {2,}/),
  );
  expect(rows).toEqual([
    ['edge-1', 'unix:///var/run/docker.sock', 'up', '3'],
    ['edge-2', 'https://10.0.0.2:2376', 'down: timeout'],
    ['edge-3', 'ssh://edge-3', 'starting'],
  ]);
});

test('/ runs nothing and loads nothing, and its one style is the one its policy allows', async () => {
  const { headers, text } = await readPage('/');
  const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(text).not.toMatch(/<script|<img|<link|<iframe|\ssrc=|\sstyle=|\son\w+=|@import|url\(/i);
  expect(style).toContain('color-scheme: light dark');
});

test('/ shows markup in names as text', async () => {
  const { text } = await readPage('/', {
    hosts: () => [{ name: `<b>"a'&`, url: 'unix:///<i>', up: false, reason: '<u>' }],
  });
  expect(text).toContain('<a href="/metrics?host=%3Cb%3E%22a\'%26">&lt;b&gt;&quot;a&#39;&amp;</a>');
  expect(text).not.toMatch(/<[biu]>/);
});

test('links of / lead somewhere', async () => {
  const { url } = await startServer({ hasProbes: () => true });
  const page = (await request(url)).body.toString();
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThanOrEqual(6);
  for (const link of links) expect((await request(new URL(link, url))).status).toBe(200);
});

test('/ leads to the recent results where anything is probed', async () => {
  expect((await readPage('/')).text).not.toContain('/probe');
  const { text } = await readPage('/', { hasProbes: () => true });
  expect(text).toContain('<a href="/probes">');
  expect(text).not.toContain('/probe?');
});

test.each(['login', 'public'] as const)('/ leads to the status page where there is one (%s)', async (access) => {
  expect((await readPage('/')).text).not.toContain('/status');
  const report = () => Promise.reject(new Error('nobody asked'));
  expect((await readPage('/', { status: { access: () => access, report } })).text).toContain('<a href="/status">');
});

test('/ names the modules for probes on demand', async () => {
  const { text } = await readPage('/', { moduleNames: () => ['web', 'mail'] });
  expect(text).toContain('/probe?target=…&amp;module=…: a probe on demand; modules: web, mail');
  expect(text).toContain('<a href="/probes">');
});
