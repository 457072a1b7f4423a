import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createContainerFilter, createPattern, isPattern, matchesGlob } from '../../../exporter/config/patterns.ts';

const web = {
  name: 'shop-web-1',
  image: 'registry.example/shop/web:2.1',
  labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web', tier: 'front', empty: '' },
};

test.each([
  ['*', true],
  ['shop-web-1', true],
  ['shop-*', true],
  ['*-1', true],
  ['shop-?eb-1', true],
  ['shop', false],
  ['Shop-*', false],
  ['shop/web', true],
  ['shop/*', true],
  ['*/db', false],
  ['image=*/shop/web:*', true],
  ['image=web', false],
  ['label=tier=front', true],
  ['label=tier=f*', true],
  ['label=tier=back', false],
  ['label=tier', true],
  ['label=empty=', true],
  ['label=tier=', false],
  ['label=missing=*', false],
  ['label=toString', false],
])('%s on shop-web-1 of shop/web: %s', (pattern, matches) => expect(createPattern(pattern)(web)).toBe(matches));

test('a container outside of every project matches no pattern with a slash', () => {
  expect(createPattern('*/*')({ name: 'db', image: 'postgres', labels: {} })).toBe(false);
});

test('a Swarm task is known by its stack and the service without the name of the stack', () => {
  const labels = {
    'com.docker.stack.namespace': 'shop',
    'com.docker.swarm.service.name': 'shop_web',
    'com.docker.swarm.task.name': 'shop_web.1.abc',
    'com.docker.swarm.task.id': 'abc',
  };
  const matches = createPattern('shop/web');
  expect(matches({ name: 'shop_web.1.abc', image: 'web', labels })).toBe(true);
  expect(matches({ name: 'says-so', image: 'web', labels })).toBe(false);
});

test('what is included and not excluded is watched', () => {
  const filter = createContainerFilter({ include: ['shop-*', 'db'], exclude: ['label=tier=back', '*-test'] });
  expect(filter(web)).toBe(true);
  expect(filter({ ...web, labels: { tier: 'back' } })).toBe(false);
  expect(filter({ ...web, name: 'shop-test' })).toBe(false);
  expect(filter({ ...web, name: 'other' })).toBe(false);
});

test('without an include nothing is watched', () => {
  expect(createContainerFilter({ include: [], exclude: [] })(web)).toBe(false);
});

test.each(['', 'image=', 'label=', 'label==x'])('%j is no pattern', (text) => expect(isPattern(text)).toBe(false));

test('a glob matches what the same regular expression does', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', '*', '?', '.'), { maxLength: 8 }).map((parts) => parts.join(''));
  const text = fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: 10 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(letters, text, (glob, name) => {
      const source = glob.replaceAll('.', '\\.').replaceAll('?', '.').replaceAll('*', '.*');
      expect(matchesGlob(glob, name)).toBe(new RegExp(`^${source}$`).test(name));
    }),
    { numRuns: 2000 },
  );
});

test('R1: a pattern made to go back and forth takes no longer than others', () => {
  const startMs = performance.now();
  expect(matchesGlob(`${'a*'.repeat(50)}b`, 'a'.repeat(50_000))).toBe(false);
  // A backtracking engine does not end here; the bound leaves room for a busy machine.
  expect(performance.now() - startMs).toBeLessThan(1000);
});
