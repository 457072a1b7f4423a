import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockSkewSeconds } from '../../../exporter/docker/clock-skew.ts';

const ASKED = 1_795_222_185_400;

test.each([
  ['agrees, though its header has no fractions', 1_795_222_185_000, 0],
  ['may agree, as the answer took a while', 1_795_222_186_000, 0],
  ['is ahead', 1_795_222_195_000, 9],
  ['is behind', 1_795_222_175_000, -9.4],
])('an engine that %s is so by the least that explains it', (_what, dateMs, seconds) => {
  expect(clockSkewSeconds(dateMs, ASKED, ASKED + 600)).toBeCloseTo(seconds, 6);
});

test('no skew is told where there is none, whatever the moment and the way', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(5000), fc.nat(5000), (at, there, back) => {
      const askedAt = ASKED + at;
      const dateMs = Math.floor((askedAt + there) / 1000) * 1000;
      return clockSkewSeconds(dateMs, askedAt, askedAt + there + back) === 0;
    }),
  );
});
