import { expect, test } from 'vitest';
import { renderBadge } from '../../../../exporter/http/status/badge.ts';

const numbersOf = (svg: string) => ({
  width: Number(/^<svg[^>]* width="(\d+)"/.exec(svg)?.[1]),
  texts: [...svg.matchAll(/<text x="(\d+)" y="14" textLength="(\d+)"/g)].map(
    ([, x, length]) => Number(x) + Number(length),
  ),
});

test.each(['w', 'web', 'a'.repeat(63), 'WWWWmmmm@@', 'データベース', 'خدمة', '🐋🐋', '', `"><img onerror=x>`])(
  'is as wide as its texts: %j',
  (name) => {
    const { width, texts } = numbersOf(renderBadge(name, 'unknown'));
    const [nameEnd = 0, stateEnd = 0] = texts;
    expect(stateEnd).toBeGreaterThan(nameEnd);
    expect(width).toBe(stateEnd + 6);
    expect(width).toBeLessThan(420);
  },
);

test('squares are wider than letters, and letters than signs', () => {
  const widthOf = (name: string) => numbersOf(renderBadge(name, 'up')).width;
  expect(widthOf('日本語日本')).toBeGreaterThan(widthOf('aaaaa'));
  expect(widthOf('aaaaa')).toBeGreaterThan(widthOf('iiiii'));
});

test('a name that is too long is cut, between its characters', () => {
  expect(renderBadge('🐋'.repeat(63), 'up')).toContain(`aria-label="${'🐋'.repeat(39)}…: up"`);
});

test('the state is told in words and by a colour of its own', () => {
  const badges = (['up', 'down', 'unknown'] as const).map((state) => renderBadge('web', state));
  expect(badges.map((svg) => /<title>(.*)<\/title>/.exec(svg)?.[1])).toEqual(['web: up', 'web: down', 'web: unknown']);
  expect(new Set(badges.map((svg) => /height="20" fill="(#\w+)"\/><\/g>/.exec(svg)?.[1])).size).toBe(3);
});
