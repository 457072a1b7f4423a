import { expect, test } from 'vitest';
import { createSharedReads } from '../../exporter/shared-reads.ts';
import { withResolvers } from '../../exporter/util/with-resolvers.ts';

/** Reads that are numbered as they begin, and a clock that the test moves. */
function createBed() {
  let now = 5000;
  let begun = 0;
  const reads = createSharedReads<number>(() => now);
  return {
    read: (deadlineMs = 9500, key = 'edge-1') => reads.read(key, deadlineMs, () => Promise.resolve(++begun)),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

test('R45: who comes within 250 ms shares the read, who comes later has a new one', async () => {
  const { read, pass } = createBed();
  const first = read();
  pass(249);
  expect(await Promise.all([first, read()])).toEqual([1, 1]);
  pass(1);
  expect(await read()).toBe(2);
  pass(249);
  expect(await read()).toBe(2);
});

test('R45: a read that is still under way is not joined after that', async () => {
  const reads = createSharedReads<number>(() => now);
  let now = 0;
  const slow = withResolvers<number>();
  const first = reads.read('edge-1', 9500, () => slow.promise);
  now = 300;
  expect(await reads.read('edge-1', 9500, () => Promise.resolve(2))).toBe(2);
  slow.resolve(1);
  expect(await first).toBe(1);
});

test('who has less time than the read may take has one of his own', async () => {
  const { read, pass } = createBed();
  await read(9500);
  pass(10);
  expect(await read(2000)).toBe(2);
  pass(10);
  expect(await read(9500)).toBe(2);
});

test('hosts do not share', async () => {
  const { read } = createBed();
  expect(await Promise.all([read(9500, 'edge-1'), read(9500, 'edge-2')])).toEqual([1, 2]);
});

test('a read that failed fails for all that share it, and for no other', async () => {
  let now = 0;
  const reads = createSharedReads<number>(() => now);
  const broken = () => Promise.reject<number>(new Error('broken'));
  const both = [reads.read('edge-1', 1000, broken), reads.read('edge-1', 1000, broken)];
  for (const shared of both) await expect(shared).rejects.toThrow('broken');
  now = 250;
  expect(await reads.read('edge-1', 1000, () => Promise.resolve(1))).toBe(1);
});
