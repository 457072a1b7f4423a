import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createSharedReads } from '../../exporter/shared-reads.ts';

test('what was read of a host that is watched no more is let go of', async () => {
  setFlagsFromString('--expose-gc');
  // The flag makes it there in contexts to come.
  const collectGarbage = runInNewContext('gc') as () => void;
  let now = 0;
  const reads = createSharedReads<object>(() => now);
  const startRead = (key: string) => new WeakRef(reads.read(key, 1000, () => Promise.resolve({})));
  const removed = startRead('removed');
  now = 10_000;
  const kept = startRead('kept');
  await nextTurn();
  collectGarbage();
  expect(kept.deref()).toBeDefined();
  expect(removed.deref()).toBeUndefined();
});
