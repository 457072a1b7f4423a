import { expect, test } from 'vitest';
import { compilePattern } from '../../../exporter/util/linear-pattern.ts';

test('a pattern keeps what was written, and says how large it is', () => {
  const pattern = compilePattern('^(up|ok)$');
  expect([pattern.source, pattern.test('ok'), pattern.test('oko')]).toEqual(['^(up|ok)$', true, false]);
  expect(pattern.size).toBeLessThan(compilePattern('^(up|ok){9}$').size);
});

test.each([['(\\pL{1,1000})$'], ['(a{1,20}){1,20}'], ['(a{100}){100}'], ['[ab]{600}']])(
  '%s is refused, because each character could take hundreds of steps',
  (source) => {
    expect(() => compilePattern(source)).toThrow();
  },
);

test.each([['(?=a)'], ['(a)\\1'], ['(a'], ['[']])('%s is refused, because it is no pattern of RE2', (source) => {
  expect(() => compilePattern(source)).toThrow();
});
