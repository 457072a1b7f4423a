import { expect, test } from 'vitest';
import { cutPatterns } from '../../../../exporter/probes/labels/cut-patterns.ts';
import { compilePattern } from '../../../../exporter/util/linear-pattern.ts';

const cutOne = (source: string) => {
  const { expect: of } = cutPatterns({ expect: { body: [compilePattern(source)], status: [200] } });
  const [pattern] = of.body;
  if (pattern === undefined) throw new Error('no pattern');
  return pattern;
};

test('what is no pattern stays, and a pattern looks at the begin of a text', () => {
  const options = { status: [200, 204], tls: { server_name: 'a' }, retries: 1, on: true };
  expect(cutPatterns(options)).toEqual(options);
  const pattern = cutOne('"status":"UP"');
  expect(pattern.test(`${' '.repeat(60_000)}"status":"UP"`)).toBe(true);
  expect(pattern.test(`${' '.repeat(500_000)}"status":"UP"`)).toBe(false);
});

test.each([['a[ab]{40}[cd]'], ['a[ab]{400}[cd]'], ['(\\pL{1,20})$']])(
  'whoever writes %s and its text cannot hold us up: the best of three takes less than 20 ms',
  (source) => {
    const pattern = cutOne(source);
    const text = 'ab'.repeat(262_144);
    const times = Array.from({ length: 3 }, () => {
      const startMs = performance.now();
      pattern.test(text);
      return performance.now() - startMs;
    });
    expect(Math.min(...times)).toBeLessThan(20);
  },
);
