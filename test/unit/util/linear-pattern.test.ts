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

test('what grows too large is refused before it is compiled, which could take a second', () => {
  const sources = [
    'a{1000}',
    '(|){1000}',
    '(?:a|b){1000}',
    '(?P<a>a{1000})',
    '(?i)\\pL{1000}',
    '(\\Qaaaaaaaaaa\\E){100}',
  ];
  const startMs = performance.now();
  for (const source of sources) {
    // Of one name there is one group.
    const many = source.repeat(1024 / source.length).replaceAll(/\?P<a/g, (name, at) => `${name}${at}`);
    expect(() => compilePattern(many)).toThrow('it takes more than');
  }
  expect(performance.now() - startMs).toBeLessThan(500);
});

test.each([
  ['\\{1000}{2}', '{1000}}'],
  ['[{1000}]{3}', '{1}'],
  ['\\Q(a){1000}\\E', '(a){1000}'],
  ['(?i:x{2}){3}', 'XxXxXx'],
  ['(?P<n>a{2}|b){2,}', 'aab'],
  ['\\x{61}{2}\\p{Greek}{2}', 'aaαω'],
])('%s is not too large', (source, text) => {
  expect(compilePattern(source).test(text)).toBe(true);
});

test.each([['(?=a)'], ['(a)\\1'], ['(a'], ['[']])('%s is refused, because it is no pattern of RE2', (source) => {
  expect(() => compilePattern(source)).toThrow();
});
