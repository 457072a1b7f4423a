import { expect, test } from 'vitest';
import { createEventLedger, type SavedLedger } from '../../../exporter/docker/event-ledger.ts';
import type { DockerEvent } from '../../../exporter/model/event.ts';
import { EVENT_ACTIONS } from '../../../exporter/model/event-actions.ts';

const newLedger = (saved?: SavedLedger) =>
  createEventLedger({ nowSeconds: 1_795_222_000, onChange: () => undefined, ...(saved && { saved }) });

const event = (overrides: Partial<DockerEvent> = {}): DockerEvent => ({
  type: 'container',
  action: 'start',
  actorId: 'a'.repeat(64),
  attributes: {},
  timeNano: '1795222185922293715',
  ...overrides,
});

function countsOf(ledger: ReturnType<typeof createEventLedger>): Readonly<Record<string, number>> {
  const told = ledger.totals().counts.filter(([, , count]) => count > 0);
  return Object.fromEntries(told.map(([type, action, count]) => [`${type} ${action}`, count]));
}

test('an event counts once, however often it comes', () => {
  const ledger = newLedger();
  expect([ledger.add(event()), ledger.add(event()), ledger.add(event())]).toEqual([true, false, false]);
  expect(countsOf(ledger)).toEqual({ 'container start': 1 });
});

test('events that differ in one thing are two, also in the last digit of their time', () => {
  const ledger = newLedger();
  const others = [
    { timeNano: '1795222185922293716' },
    { type: 'network' },
    { action: 'die' },
    { actorId: 'b'.repeat(64) },
  ];
  expect([{}, ...others].map((other) => ledger.add(event(other)))).toEqual([true, true, true, true, true]);
});

test('R12: every closed value is told from the beginning, as 0', () => {
  const { counts } = newLedger().totals();
  expect(counts).toContainEqual(['container', 'die', 0]);
  expect(counts).toContainEqual(['other', 'other', 0]);
  expect(counts).toHaveLength(Object.values(EVENT_ACTIONS).flat().length);
});

test('what is on no list counts as other, of its type or of none', () => {
  const ledger = newLedger();
  ledger.add(event({ action: 'teleport' }));
  ledger.add(event({ type: 'checkpoint', action: 'start' }));
  ledger.add(event({ type: 'constructor', action: 'start' }));
  ledger.add(event({ action: 'constructor' }));
  expect(countsOf(ledger)).toEqual({ 'container other': 2, 'other other': 2 });
});

test('what happened before our time is remembered and does not count', () => {
  const ledger = newLedger();
  ledger.seed(event());
  expect(ledger.isEmpty()).toBe(false);
  expect(ledger.add(event())).toBe(false);
  expect(countsOf(ledger)).toEqual({});
});

test('R9: the newest event is the newest by its own time, not the last to come', () => {
  const ledger = newLedger();
  expect(ledger.newestTimeNano()).toBeUndefined();
  for (const timeNano of ['1795222185922293715', '1795222185922293717', '995222185922293716'])
    ledger.add(event({ timeNano }));
  expect(ledger.newestTimeNano()).toBe('1795222185922293717');
  expect(ledger.newestSeconds()).toBeCloseTo(1_795_222_185.922, 3);
});

test('four times what an engine keeps is remembered, and no more', () => {
  const ledger = newLedger();
  const at = (second: number) => event({ timeNano: `${1_795_222_000 + second}000000000` });
  for (let second = 0; second < 2000; second++) ledger.add(at(second));
  expect(ledger.add(at(2000 - 1024))).toBe(false);
  expect(ledger.add(at(2000 - 1025))).toBe(true);
});

test('reconnects and gaps are counted', () => {
  const ledger = newLedger();
  ledger.countReconnect();
  ledger.countReconnect();
  ledger.countGap();
  expect(ledger.totals()).toMatchObject({ reconnects: 2, gaps: 1 });
});
