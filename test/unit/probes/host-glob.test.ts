import { expect, test } from 'vitest';
import { isHostGlob, isTarget } from '../../../exporter/probes/host-glob.ts';

test.each([
  ['shop.example', 'shop.example', true],
  ['*.example', 'shop.example', true],
  ['*.example', 'a.shop.example', true],
  ['*.example', 'example', false],
  ['*.example', 'shop.example.org', false],
  ['shop?.example', 'shop1.example', true],
  ['*', 'shop.example', true],
  ['*', '10.0.0.1', true],
  ['*', 'fd00::1', true],
  ['10.0.*', '10.0.0.1', true],
  ['10.0.*', '10.1.0.1', false],
  ['fd00:*', 'fd00::1', true],
  ['fd00:*', 'fd01::1', false],
])('%s means %s: %s', (glob, host, isMeant) => {
  expect(isTarget(host, ['other.example', glob])).toBe(isMeant);
});

test('a glob on addresses means no name, which anybody can own', () => {
  expect(isTarget('10.0.evil.example', ['10.0.*'])).toBe(false);
  expect(isTarget('10.evil.example', ['1?.*'])).toBe(false);
});

test.each(['shop.example', '*.example', '*', 'db_1', '10.0.*', 'fd00::*', '::1', 'fe80:*'])('%s is a glob', (text) => {
  expect(isHostGlob(text)).toBe(true);
});

test.each(['', 'http://a', 'a/b', 'a:80', '*:443', '10.0.0.1:', '[::1]', 'a b', 'ä.example', '10.0.0.0/8'])(
  '%j is none',
  (text) => {
    expect(isHostGlob(text)).toBe(false);
  },
);
