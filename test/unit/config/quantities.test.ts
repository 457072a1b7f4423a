import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration, parseSize } from '../../../exporter/config/quantities.ts';

test('a duration is the sum of its parts, largest unit first', () => {
  const amount = fc.option(fc.nat(999_999), { nil: undefined });
  fc.assert(
    fc.property(fc.record({ d: amount, h: amount, m: amount, s: amount, ms: amount }), (amounts) => {
      const { d = 0, h = 0, m = 0, s = 0, ms = 0 } = amounts;
      const parts = Object.entries(amounts).filter(([, value]) => value !== undefined);
      fc.pre(parts.length > 0);
      const text = parts.map(([unit, value]) => `${String(value)}${unit}`).join('');
      expect(parseDuration(text)).toBe((((d * 24 + h) * 60 + m) * 60 + s) * 1000 + ms);
    }),
  );
});

test.each([
  ['15s', 15_000],
  ['5m', 300_000],
  ['500ms', 500],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
  ['0s', 0],
])('%s is %d ms', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

test.each(['', '5', 's', '1.5s', '-1s', '5 s', '30m1h', '1s1s', '5S', '1000000s', '5s\n'])(
  '%j is no duration',
  (text) => expect(parseDuration(text)).toBeUndefined(),
);

test('a size is its amount in powers of 1000 or 1024', () => {
  const units = ['KB', 'MB', 'GB', 'KiB', 'MiB', 'GiB'] as const;
  fc.assert(
    fc.property(fc.nat(999_999), fc.constantFrom(...units), (value, unit) => {
      const base = unit.includes('i') ? 1024 : 1000;
      expect(parseSize(`${value}${unit}`)).toBe(value * base ** ('KMG'.indexOf(unit.charAt(0)) + 1));
    }),
  );
});

test.each(['', '10', 'MB', '1.5MB', '-1MB', '10 MB', '10mb', '10MBit'])('%j is no size', (text) =>
  expect(parseSize(text)).toBeUndefined(),
);

test('any text is parsed or refused, never half understood', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const value of [parseDuration(text), parseSize(text)]) {
        expect(value === undefined || Number.isSafeInteger(value)).toBe(true);
      }
    }),
  );
});
