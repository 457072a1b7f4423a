import { describe, expect, test, vi } from 'vitest';
import { createEventLedger, type SavedLedger, savedLedger } from '../../../exporter/docker/event-ledger.ts';
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

test('commands and connections that begin in the same nanosecond are two', () => {
  const ledger = newLedger();
  const exec = (execId: string) => event({ action: 'exec_start', execId });
  const connection = (container: string) => event({ type: 'network', action: 'connect', attributes: { container } });
  const told = [exec('1'), exec('2'), exec('1'), connection('a'), connection('b'), connection('a')];
  expect(told.map(ledger.add)).toEqual([true, true, false, true, true, false]);
});

test('events are known that were saved with whole ids, as they once were', () => {
  const before = newLedger().save();
  const [id, execId] = ['a'.repeat(64), 'e'.repeat(64)];
  const seen = [`1 container start ${id}`, `2 container exec_start ${id} ${execId}`, '3 volume mount shop-data'];
  const ledger = newLedger({ ...before, seen });
  const known = [
    event({ timeNano: '1' }),
    event({ timeNano: '2', action: 'exec_start', execId }),
    event({ timeNano: '3', type: 'volume', action: 'mount', actorId: 'shop-data' }),
  ];
  expect(known.map(ledger.add)).toEqual([false, false, false]);
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

/** What the next process reads. */
const savedBy = (ledger: ReturnType<typeof newLedger>) => savedLedger.parse(JSON.parse(JSON.stringify(ledger.save())));

const at = (second: number) => event({ timeNano: `${1_795_222_000 + second}000000001` });

test('R12: the next process knows what was counted, and which events', () => {
  const ledger = newLedger();
  ledger.beginsAtMs(1_795_222_000_500);
  for (let second = 0; second < 10; second++) ledger.add(at(second));
  ledger.countGap();
  ledger.countReconnect();
  const next = newLedger(savedBy(ledger));
  expect(next.totals()).toEqual(ledger.totals());
  expect(next.save()).toEqual(ledger.save());
  expect(next.add(at(9))).toBe(false);
  expect(next.add(at(10))).toBe(true);
  expect(countsOf(next)).toEqual({ 'container start': 11 });
});

test('its counts go on since they began, whenever the process did', () => {
  const ledger = newLedger();
  const next = createEventLedger({ nowSeconds: 1_795_999_999, onChange: () => undefined, saved: savedBy(ledger) });
  expect(next.totals().sinceSeconds).toBe(1_795_222_000);
});

test('the first connection of all decides what was before our time', () => {
  const ledger = newLedger();
  expect(ledger.beginsAtMs(1000)).toBe(1000);
  expect(newLedger(savedBy(ledger)).beginsAtMs(2000)).toBe(1000);
});

test('as many events are saved as an engine keeps, the last ones', () => {
  const ledger = newLedger();
  for (let second = 0; second < 300; second++) ledger.add(at(second));
  const next = newLedger(savedBy(ledger));
  expect([next.add(at(299)), next.add(at(300 - 256)), next.add(at(300 - 257))]).toEqual([false, false, true]);
});

test('a type of nobody’s is counted and saved as other, whatever it is called', () => {
  const ledger = newLedger();
  ledger.add(event({ type: '__proto__', action: 'constructor' }));
  expect(savedBy(ledger).counts).toEqual({ 'other other': 1 });
});

test('another engine has events of its own; what was counted stays', () => {
  const ledger = newLedger();
  ledger.beginsAtMs(1000);
  ledger.add(event());
  ledger.forgetEngine();
  expect([ledger.isEmpty(), ledger.newestTimeNano(), ledger.newestSeconds()]).toEqual([true, undefined, undefined]);
  expect(ledger.beginsAtMs(2000)).toBe(2000);
  expect(ledger.add(event())).toBe(true);
  expect(countsOf(ledger)).toEqual({ 'container start': 2 });
});

test('what is new is told, what is known is not', () => {
  const onChange = vi.fn();
  const ledger = createEventLedger({ nowSeconds: 0, onChange });
  ledger.add(event());
  expect(onChange).toHaveBeenCalledTimes(1);
  ledger.add(event());
  ledger.seed(event());
  expect(onChange).toHaveBeenCalledTimes(1);
  ledger.seed(event({ action: 'die' }));
  ledger.countGap();
  ledger.countReconnect();
  expect(onChange).toHaveBeenCalledTimes(4);
});

describe('a replay that is not judged', () => {
  /** Its replay was judged. */
  const connected = () => {
    const ledger = newLedger();
    ledger.beginsAtMs(1);
    ledger.add(at(0));
    ledger.beginReplay();
    ledger.endReplay();
    return ledger;
  };

  test.each(['process', 'connection'])('puts the next %s in doubt if it brought news', (whose) => {
    const ledger = connected();
    ledger.beginReplay();
    ledger.add(at(1));
    expect(ledger.isInDoubt()).toBe(false);
    const next = whose === 'process' ? newLedger(savedBy(ledger)) : ledger;
    next.beginReplay();
    expect(next.isInDoubt()).toBe(true);
    next.endReplay();
    expect([next.isInDoubt(), newLedger(savedBy(next)).isInDoubt()]).toEqual([false, false]);
  });

  test('proves nothing if it brought none', () => {
    const ledger = connected();
    ledger.beginReplay();
    ledger.add(at(0));
    expect(newLedger(savedBy(ledger)).isInDoubt()).toBe(false);
    ledger.beginReplay();
    expect(ledger.isInDoubt()).toBe(false);
  });

  test('is nothing special when it is the first of all', () => {
    const ledger = newLedger();
    ledger.beginReplay();
    ledger.add(at(0));
    expect(newLedger(savedBy(ledger)).isInDoubt()).toBe(false);
  });
});

describe('what is in doubt', () => {
  test('is so until a replay is judged, however many are not, in the next process too', () => {
    const ledger = newLedger();
    ledger.doubt();
    ledger.beginReplay();
    const next = newLedger(savedBy(ledger));
    next.beginReplay();
    next.beginReplay();
    expect(newLedger(savedBy(next)).isInDoubt()).toBe(true);
    next.endReplay();
    expect([next.isInDoubt(), savedBy(next).isUnjudged]).toEqual([false, undefined]);
  });

  test('is of no use when another engine is there', () => {
    const ledger = newLedger();
    ledger.doubt();
    ledger.forgetEngine();
    expect(ledger.isInDoubt()).toBe(false);
  });
});

describe('a line that cannot be understood', () => {
  test('is known again, in the next process too, and kept nowhere', () => {
    const ledger = newLedger();
    const line = '{"Action":"exec_create: login --password hunter2"';
    expect([ledger.addUnreadable(line), ledger.addUnreadable(line)]).toEqual([true, false]);
    const saved = savedBy(ledger);
    expect(JSON.stringify(saved)).not.toContain('hunter2');
    const next = newLedger(saved);
    expect([next.addUnreadable(line), next.addUnreadable(`${line}}`)]).toEqual([false, true]);
    expect(countsOf(next)).toEqual({});
  });

  test('is remembered as long as an engine may replay it, and makes no event forgotten', () => {
    const ledger = newLedger();
    ledger.add(event());
    for (let line = 0; line < 2000; line++) ledger.addUnreadable(`garbage ${line}`);
    expect(ledger.add(event())).toBe(false);
    expect(savedBy(ledger).unreadable).toHaveLength(256);
    expect([ledger.addUnreadable('garbage 1744'), ledger.addUnreadable('garbage 1743')]).toEqual([false, true]);
  });

  test('of another engine is not known', () => {
    const ledger = newLedger();
    ledger.addUnreadable('garbage');
    ledger.forgetEngine();
    expect(ledger.addUnreadable('garbage')).toBe(true);
  });
});
