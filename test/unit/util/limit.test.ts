import { expect, test } from 'vitest';
import { createLimit } from '../../../exporter/util/limit.ts';
import { type Resolvers, withResolvers } from '../../../exporter/util/with-resolvers.ts';

/** Works that the test ends one by one, in the order they were begun. */
function createBed(limit: number) {
  const begun: { name: string; end: Resolvers<string> }[] = [];
  const places = createLimit(limit);
  const run = (name: string) =>
    places.run(() => {
      const end = withResolvers<string>();
      begun.push({ name, end });
      return end.promise;
    });
  return { places, run, begun, names: () => begun.map(({ name }) => name), turn: () => new Promise(setImmediate) };
}

test('no more work is under way than there are places, and it begins in order', async () => {
  const { run, begun, names, turn } = createBed(2);
  const results = ['a', 'b', 'c', 'd'].map(run);
  await turn();
  expect(names()).toEqual(['a', 'b']);
  begun[1]?.end.resolve('B');
  await turn();
  expect(names()).toEqual(['a', 'b', 'c']);
  expect(await results[1]).toBe('B');
  begun[0]?.end.resolve('A');
  await turn();
  expect(names()).toEqual(['a', 'b', 'c', 'd']);
});

test('work that fails gives its place to the next', async () => {
  const { run, begun, names, turn } = createBed(1);
  const [first] = [run('a'), run('b')];
  await turn();
  begun[0]?.end.reject(new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  await turn();
  expect(names()).toEqual(['a', 'b']);
});

test('work that throws at once gives its place to the next', async () => {
  const { places, run, names, turn } = createBed(1);
  const thrown = places.run(() => {
    throw new Error('at once');
  });
  void run('b');
  await expect(thrown).rejects.toThrow('at once');
  await turn();
  expect(names()).toEqual(['b']);
});

test('a higher limit lets waiting work begin at once', async () => {
  const { places, run, names, turn } = createBed(1);
  ['a', 'b', 'c'].forEach((name) => void run(name));
  await turn();
  places.setLimit(Number.POSITIVE_INFINITY);
  await turn();
  expect(names()).toEqual(['a', 'b', 'c']);
});

test('a lower limit ends nothing, and is kept from then on', async () => {
  const { places, run, begun, names, turn } = createBed(3);
  ['a', 'b', 'c', 'd'].forEach((name) => void run(name));
  await turn();
  places.setLimit(1);
  begun[0]?.end.resolve('A');
  begun[1]?.end.resolve('B');
  await turn();
  expect(names()).toEqual(['a', 'b', 'c']);
  begun[2]?.end.resolve('C');
  await turn();
  expect(names()).toEqual(['a', 'b', 'c', 'd']);
});
