import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIdSet } from '../../../../exporter/documents/spool/id-set.ts';

/** So few, and so few slots, that they meet. */
const ids = ['A'.repeat(20), `${'A'.repeat(19)}B`, ...Array.from({ length: 6 }, (_, at) => `${at}_-${'z'.repeat(17)}`)];
const anyId = fc.oneof(fc.constantFrom(...ids, '', 'short', 'é'.repeat(20), `${'A'.repeat(19)}=`), fc.base64String());
const anyStep = fc.record({ id: anyId, does: fc.constantFrom('add', 'add', 'remove', 'clear') });

test('a set of ids has what a Set has, whatever is added to it and taken away', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const set = createIdSet(32);
      const expected = new Set<string>();
      for (const { id, does } of steps) {
        if (does === 'clear') {
          set.clear();
          expected.clear();
        } else if (does === 'add' && expected.size < 32) {
          expect(set.add(id)).toBe(!expected.has(id));
          expected.add(id);
        } else {
          set.remove(id);
          expected.delete(id);
        }
        expect(set.size()).toBe(expected.size);
        for (const one of [...ids, id]) expect(set.has(one)).toBe(expected.has(one));
      }
    }),
    { numRuns: 500 },
  );
});

test('a set of ids that is half empty and half taken away again still has the others', () => {
  const set = createIdSet(1000);
  const all = Array.from({ length: 1000 }, (_, at) => at.toString(36).padStart(20, '0'));
  for (const id of all) expect(set.add(id)).toBe(true);
  for (const id of all.filter((_, at) => at % 2 === 0)) set.remove(id);
  expect(all.filter((id) => set.has(id))).toStrictEqual(all.filter((_, at) => at % 2 === 1));
  expect(set.size()).toBe(500);
});
