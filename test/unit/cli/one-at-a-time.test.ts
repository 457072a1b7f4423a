import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { oneAtATime } from '../../../exporter/cli/one-at-a-time.ts';
import { deferred } from '../http/bed.ts';

test('calls while the job runs wait for its end, and get one more run together', async () => {
  const ends: (() => void)[] = [];
  const call = oneAtATime(() => {
    const { promise, resolve } = deferred();
    ends.push(resolve);
    return promise;
  });
  for (let count = 0; count < 5; count++) call();
  await nextTurn();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await nextTurn();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await nextTurn();
  expect(ends).toHaveLength(2);
  call();
  expect(ends).toHaveLength(3);
  ends[2]?.();
});
