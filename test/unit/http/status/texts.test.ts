import { expect, test } from 'vitest';
import { describeOverall, formatRatio, formatSeconds, formatTime } from '../../../../exporter/http/status/texts.ts';

test.each([
  [1, '100.00'],
  [0.999_999, '99.99'],
  [0.57, '57.00'],
  [0.9998, '99.98'],
  [0, '0.00'],
])('an availability of %d is rounded down: %s %%', (ratio, text) => {
  expect(formatRatio(ratio)).toBe(`${text}\u00a0%`);
});

test.each([
  [0.000_42, '0.42 ms'],
  [0.009_94, '9.9 ms'],
  [0.009_96, '10 ms'],
  [0.012_4, '12 ms'],
  [0.999_4, '999 ms'],
  [0.999_6, '1.00 s'],
  [12.34, '12.3 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text.replace(' ', '\u00a0'));
});

test('a time is told to the minute, in UTC', () => {
  expect(formatTime(Date.UTC(2026, 9, 5, 4, 2, 59) / 1000)).toBe('5 Oct 2026, 04:02 UTC');
});

test.each([
  ['up', { up: 3, down: 0, unknown: 0 }, 'All 3 services are up'],
  ['up', { up: 1, down: 0, unknown: 0 }, 'The service is up'],
  ['up', { up: 1, down: 0, unknown: 2 }, 'One service is up, 2 not known yet'],
  ['degraded', { up: 3, down: 1, unknown: 1 }, '1 of 4 services is down, 1 not known yet'],
  ['degraded', { up: 3, down: 2, unknown: 0 }, '2 of 5 services are down'],
  ['down', { up: 0, down: 2, unknown: 0 }, 'All 2 services are down'],
  ['unknown', { up: 0, down: 0, unknown: 2 }, 'Nothing is known yet'],
  ['unknown', { up: 0, down: 0, unknown: 0 }, 'There are no services'],
] as const)('%s with %j reads "%s"', (state, counts, text) => {
  expect(describeOverall({ state, counts })).toBe(text);
});
