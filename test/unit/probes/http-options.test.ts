import { expect, test } from 'vitest';
import { redactConfig } from '../../../exporter/config/redact.ts';
import { http } from '../../../exporter/probes/http.ts';
import type { OnContainer } from '../../../exporter/probes/probe-kind.ts';
import { loadedConfig } from '../loaded-config.ts';
import { optionsOf } from './http-bed.ts';

test('nothing has to be said', async () => {
  expect(await optionsOf({})).toEqual({
    method: 'GET',
    headers: {},
    expect: { status: [{ from: 200, to: 299 }], body: [], body_not: [], headers: [], headers_not: [], json: [] },
    follow_redirects: true,
    version: 'auto',
    ip: 'ip4',
  });
});

test.each([
  [404, [[404, 404]]],
  ['200-299', [[200, 299]]],
  [
    '200,300-301, 404',
    [
      [200, 200],
      [300, 301],
      [404, 404],
    ],
  ],
  [
    [200, '400-404'],
    [
      [200, 200],
      [400, 404],
    ],
  ],
])('the status %j is understood', async (status, ranges) => {
  const options = await optionsOf({ expect: { status } });
  expect(options.expect.status.map(({ from, to }) => [from, to])).toEqual(ranges);
});

test('what is printed of a configuration holds patterns as they were written, and no secret', async () => {
  const config = await loadedConfig(`
probes:
  - name: shop
    kind: http
    url: https://shop.example/health
    method: POST
    headers: { X-Api-Key: s3cret }
    body: s3cret
    expect: { body: ['^ok$', b], headers: [{ name: Server, pattern: nginx }] }
`);
  const printed = JSON.stringify(redactConfig(config));
  expect(printed).not.toContain('s3cret');
  expect(printed).toContain('"body":["^ok$","b"]');
  expect(printed).toContain('"pattern":"nginx"');
});

function onContainer(): OnContainer {
  const { onContainer: asked } = http;
  if (asked === undefined || asked.value === 'itself') throw new Error('http is asked at an address');
  return asked;
}

test.each([
  ['/health', '10.0.0.2', false, 'http://10.0.0.2:80/health'],
  ['health?a=b', '10.0.0.2', true, 'https://10.0.0.2:80/health?a=b'],
  ['@evil.example/', '10.0.0.2', false, 'http://10.0.0.2:80/@evil.example/'],
  ['//evil.example/x', '[fe80::1]', false, 'http://[fe80::1]:80/evil.example/x'],
  ['\\\\evil.example', '10.0.0.2', false, 'http://10.0.0.2:80/\\\\evil.example'],
])('the path %s on a container stays on it', (path, address, secure, target) => {
  const url = onContainer().targetOf({ address, port: 80, path, secure });
  expect(url).toBe(target);
  expect(new URL(url).hostname).toBe(address);
});

test('labels on a container can set nothing that reads a file, names a host or sends what only we have', () => {
  const { options, values } = onContainer();
  expect(options.filter((path) => /^(headers|body|auth|proxy|ip)|file/.test(path))).toEqual([]);
  expect(values).toEqual({ method: ['GET', 'HEAD'] });
});
