import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProbeResult } from '../../../exporter/model/probe.ts';
import { createRecentResults } from '../../../exporter/probes/recent-results.ts';

function result(success: boolean, overrides: Partial<ProbeResult> = {}): ProbeResult {
  return {
    startedSeconds: 1_758_000_000,
    durationSeconds: 0.25,
    success,
    ...(!success && { failure: 'connection refused' }),
    details: { failedByPattern: false },
    steps: [{ atSeconds: 0.1, text: 'tried' }],
    ...overrides,
  };
}

function ring(max: number) {
  const results = createRecentResults({ max });
  const add = (...outcomes: readonly boolean[]) => {
    for (const success of outcomes) addOne(result(success));
  };
  const addOne = (one: ProbeResult) =>
    results.add({ by: { probe: 'shop' }, kind: 'tcp', target: 'shop.example:80', result: one });
  const outcomes = () => results.list().map((entry) => entry.result.success);
  return { ...results, add, addOne, outcomes };
}

test('a result is found by its id with all but what was measured, the newest first', () => {
  const results = createRecentResults({ max: 4 });
  const labels = { host: 'edge-1', name: 'web-1' };
  results.add({ by: { probe: 'shop' }, kind: 'http', target: 'http://shop.example/', labels, result: result(false) });
  results.add({ by: { module: 'web' }, kind: 'tcp', target: 'a:80', result: result(true) });
  const [newest, oldest] = results.list();
  expect(newest).toMatchObject({ id: '2', by: { module: 'web' } });
  const { details: _measured, ...kept } = result(false);
  expect(oldest).toEqual({
    id: '1',
    by: { probe: 'shop' },
    kind: 'http',
    target: 'http://shop.example/',
    labels,
    result: kept,
  });
  expect(results.find('1')).toBe(oldest);
  expect(results.find('3')).toBeUndefined();
});

test('the oldest success makes room while failures are at most half', () => {
  const { add, list } = ring(4);
  add(true, false, true, false, true, true);
  expect(list().map(({ id }) => id)).toEqual(['6', '5', '4', '2']);
});

test('the oldest failure makes room when they are more than half', () => {
  const { add, list } = ring(4);
  add(false, false, false, false, false, true, true);
  expect(list().map(({ id }) => [id, id > '5'])).toEqual([
    ['7', true],
    ['6', true],
    ['5', false],
    ['4', false],
  ]);
});

test('what made room is found no more', () => {
  const { add, find } = ring(2);
  add(true, true, true);
  expect(find('1')).toBeUndefined();
  expect(find('2')).toBeDefined();
});

test('whatever comes, no more than the limit is kept, and of few failures all', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.array(fc.boolean(), { maxLength: 60 }), (max, outcomes) => {
      const kept = ring(max);
      kept.add(...outcomes);
      const failures = outcomes.filter((success) => !success).length;
      expect(kept.list()).toHaveLength(Math.min(max, outcomes.length));
      const left = kept.outcomes().filter((success) => !success).length;
      expect(left).toBeGreaterThanOrEqual(Math.min(failures, Math.floor(max / 2)));
      // The last one to come is never the one that goes.
      expect(kept.outcomes()[0]).toBe(outcomes.at(-1));
    }),
  );
});

test('a long conversation is cut, and its end stays', () => {
  const { addOne, list } = ring(2);
  const talk = Array.from({ length: 100 }, (_, at) => ({ atSeconds: at, text: `${at} ${'x'.repeat(1000)}` }));
  const failure = 'y'.repeat(1000);
  addOne(result(false, { steps: [...talk, { atSeconds: 100, text: 'no result within 5 s' }], failure }));
  const [kept] = list();
  const steps = kept?.result.steps ?? [];
  expect(steps[0]?.text).toHaveLength(501);
  expect(steps.slice(-2).map(({ text }) => text)).toEqual(['…', 'no result within 5 s']);
  expect(steps.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(17_000);
  expect(kept?.result.failure).toHaveLength(501);
});

test('many long conversations are fewer than the limit', () => {
  const { addOne, list } = ring(1000);
  const steps = Array.from({ length: 30 }, (_, at) => ({ atSeconds: at, text: 'x'.repeat(500) }));
  for (let count = 0; count < 300; count++) addOne(result(true, { steps }));
  expect(list().length).toBeLessThan(2 ** 21 / 15_000);
  expect(list().length).toBeGreaterThan(100);
  // Short ones make room for themselves.
  addOne(result(false));
  expect(list()[0]?.result.success).toBe(false);
});
