import { expect, test } from 'vitest';
import { parseTimeSeconds } from '../../../../exporter/docker/parse/time.ts';

test.each([
  ['2026-11-21T00:47:52Z', 1_795_222_072],
  ['2026-11-21T00:47:52.5Z', 1_795_222_072.5],
  ['2026-11-21T00:47:52.799804679Z', 1_795_222_072.799804679],
  ['2026-11-21T02:47:52.25+02:00', 1_795_222_072.25],
  ['2026-11-20T19:17:52-05:30', 1_795_222_072],
])('%s is %d', (text, seconds) => {
  // A double of this size has steps of a quarter of a microsecond.
  expect(parseTimeSeconds(text)).toBeCloseTo(seconds, 6);
});

test.each([
  '0001-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '',
  undefined,
  'never',
  '2026-13-45T99:99:99Z',
  '2026-11-21',
])('trap 23: "%s" is no time', (text) => {
  expect(parseTimeSeconds(text)).toBeUndefined();
});
