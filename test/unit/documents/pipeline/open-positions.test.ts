import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOpenPositions } from '../../../../exporter/documents/pipeline/open-positions.ts';

const anyStep = fc.oneof(
  fc.record({ gap: fc.constantFrom(1, 1, 1, 5), size: fc.nat({ max: 9 }) }),
  fc.record({ done: fc.nat() }),
);

test('open positions are those that were added and are not done with, whatever is left out between them', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 80 }), (steps) => {
      const open = createOpenPositions();
      const all: { position: number; size: number; isOpen: boolean }[] = [];
      let last = 0;
      for (const step of steps) {
        if ('gap' in step) {
          last += step.gap;
          all.push({ position: last, size: step.size, isOpen: true });
          open.add(last, step.size);
        } else {
          const position = step.done % (last + 2);
          const one = all.find((added) => added.position === position);
          expect(open.done(position)).toBe(one?.isOpen ?? false);
          if (one !== undefined) one.isOpen = false;
        }
        const first = all.findIndex(({ isOpen }) => isOpen);
        expect(open.first()).toBe(all[first]?.position);
        expect(open.count()).toBe(all.filter(({ isOpen }) => isOpen).length);
        const rest = first === -1 ? [] : all.slice(first);
        expect(open.size()).toBe(rest.reduce((sum, { size }) => sum + size, 0));
      }
    }),
    { numRuns: 500 },
  );
});

test('far more open positions than usual are kept apart, and their room is used again', () => {
  const open = createOpenPositions();
  for (let round = 0; round < 3; round++) {
    const first = round * 100_000 + 1;
    for (let at = 0; at < 100_000; at++) open.add(first + at, 1);
    let missed = 0;
    for (let at = 1; at < 100_000; at += 2) missed += open.done(first + at) ? 0 : 1;
    expect([open.first(), open.count(), open.size()]).toStrictEqual([first, 50_000, 100_000]);
    for (let at = 0; at < 100_000; at += 2) missed += open.done(first + at) ? 0 : 1;
    expect([missed, open.first(), open.count(), open.size()]).toStrictEqual([0, undefined, 0, 0]);
  }
});
