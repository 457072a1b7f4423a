import { expect, test } from 'vitest';
import { createRouteNames } from '../../../exporter/http/route-names.ts';

const routeOf = createRouteNames(['/', '/status', '/status/badge/:file', '/heartbeat/:name']);

test.each([
  ['/', '/'],
  ['/status', '/status'],
  ['/status/', 'unknown'],
  ['/status/badge/web.svg', '/status/badge/:file'],
  ['/status/badge/a%2Fb.svg', '/status/badge/:file'],
  ['/status/badge/', 'unknown'],
  ['/status/badge/a/b', 'unknown'],
  ['/heartbeat/backup', '/heartbeat/:name'],
  ['/heartbeat', 'unknown'],
  ['/heartbeat/:name', '/heartbeat/:name'],
  ['/:name', 'unknown'],
  ['', 'unknown'],
])('%s is counted as %s', (path, route) => {
  expect(routeOf(path)).toBe(route);
});
