import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createIntake } from '../../../exporter/documents/intake.ts';
import type { NewDocument } from '../../../exporter/model/document.ts';
import { withResolvers } from '../../../exporter/util/with-resolvers.ts';

const documentOf = (id: string, json = `{"id":"${id}"}`): NewDocument => ({
  dataset: 'harborlight.event',
  namespace: 'default',
  id,
  json,
});

/** What the spool does with a batch. */
type Answer = (ids: readonly string[]) => Promise<void>;

let told: string[];
let appended: (readonly string[])[];
let dropped: number;
let answer: Answer;
beforeEach(() => {
  [told, appended, dropped, answer] = [[], [], 0, () => Promise.resolve()];
});

const open = () => {
  const intake = createIntake({
    append: async (documents) => {
      const ids = documents.map(({ id }) => id);
      await answer(ids);
      appended.push(ids);
    },
    onFailing: ({ message }) => told.push(`failing: ${message}`),
    onUnstorable: ({ message }) => told.push(`unstorable: ${message}`),
    onDropped: (documents) => {
      dropped += documents;
    },
    onWorking: (lost) => told.push(`working, ${lost} lost`),
  });
  onTestFinished(intake.close);
  return intake;
};
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 8000 });

test('what comes within half a second is one commit, in its order', async () => {
  const intake = open();
  for (const id of ['a', 'b', 'c']) intake.add(() => documentOf(id));
  await until(() => expect(appended).toEqual([['a', 'b', 'c']]));
  intake.add(() => documentOf('d'));
  await until(() => expect(appended).toEqual([['a', 'b', 'c'], ['d']]));
  expect(told).toEqual([]);
});

test('a full disk is said once, and nothing is lost when there is room again', async () => {
  let tries = 0;
  answer = () => (++tries <= 2 ? Promise.reject(new Error('full')) : Promise.resolve());
  const intake = open();
  intake.add(() => documentOf('a'));
  await until(() => expect(told).toEqual(['failing: full']));
  intake.add(() => documentOf('b'));
  await until(() => expect(appended).toEqual([['a', 'b']]));
  expect(told).toEqual(['failing: full', 'working, 0 lost']);
  expect(dropped).toBe(0);
});

test('while it is full no more than 10,000 wait; what was lost is said, and counted at once', async () => {
  let isFull = true;
  answer = () => (isFull ? Promise.reject(new Error('full')) : Promise.resolve());
  const intake = open();
  for (let number = 0; number < 10_003; number++) intake.add(() => documentOf(String(number)));
  await until(() => expect(told).toEqual(['failing: full']));
  expect(dropped).toBe(3);
  isFull = false;
  await until(() => expect(told).toEqual(['failing: full', 'working, 3 lost']));
  expect(dropped).toBe(3);
  expect(appended.flat()).toHaveLength(10_000);
});

test('one that can never be stored holds up nobody', async () => {
  answer = (ids) => (ids.includes('bad') ? Promise.reject(new RangeError('too long')) : Promise.resolve());
  const intake = open();
  for (const id of ['a', 'bad', 'b']) intake.add(() => documentOf(id));
  await until(() => expect(appended).toEqual([['a'], ['b']]));
  expect(told).toEqual(['unstorable: too long']);
  expect(dropped).toBe(1);
});

test('at the end what waits is stored at once, and what cannot be is said to be lost', async () => {
  const first = open();
  first.add(() => documentOf('a'));
  await first.close();
  expect(appended).toEqual([['a']]);
  answer = () => Promise.reject(new Error('full'));
  const second = open();
  second.add(() => documentOf('b'));
  await second.close();
  expect(dropped).toBe(1);
  expect(told).toEqual(['failing: full', 'failing: documents are lost: 1']);
});

test('while documents keep coming they are stored twice a second: an engine may not tell them again for long', async () => {
  const timesMs: number[] = [];
  answer = () => Promise.resolve(void timesMs.push(performance.now()));
  const intake = open();
  const startMs = performance.now();
  const coming = setInterval(() => intake.add(() => documentOf('a')), 20);
  onTestFinished(() => clearInterval(coming));
  await until(() => expect(timesMs).toHaveLength(4));
  const gapsMs = timesMs.map((ms, index) => ms - (timesMs[index - 1] ?? startMs));
  expect(Math.max(...gapsMs)).toBeLessThan(900);
  expect(Math.min(...gapsMs)).toBeGreaterThan(450);
});

test('one that comes at the end, while others are still being stored, is stored too', async () => {
  const stuck = withResolvers<undefined>();
  const asked = vi.fn(() => stuck.promise);
  answer = asked;
  const intake = open();
  intake.add(() => documentOf('a'));
  await until(() => expect(asked).toHaveBeenCalled());
  const closed = intake.close();
  intake.add(() => documentOf('b'));
  stuck.resolve(undefined);
  await closed;
  expect([appended, dropped]).toEqual([[['a'], ['b']], 0]);
});

test('one that comes after the end is counted as lost', async () => {
  const intake = open();
  await intake.close();
  intake.add(() => documentOf('a'));
  expect([appended, dropped]).toEqual([[], 1]);
});

test('documents are made when they are stored; of more than a hundred, what they are made of does not wait', async () => {
  let made = 0;
  const intake = open();
  const add = (count: number) => {
    for (let number = 0; number < count; number++) {
      intake.add(() => {
        made++;
        return documentOf(String(number));
      });
    }
  };
  add(99);
  expect(made).toBe(0);
  add(51);
  expect(made).toBe(100);
  await until(() => expect(appended).toHaveLength(1));
  expect([made, appended.flat().length]).toEqual([150, 150]);
});

test('one that cannot be made holds up nobody', async () => {
  const intake = open();
  intake.add(() => documentOf('a'));
  intake.add(() => {
    throw new Error('no document');
  });
  intake.add(() => documentOf('b'));
  await until(() => expect(appended).toEqual([['a', 'b']]));
  expect(told).toEqual(['unstorable: no document']);
  expect(dropped).toBe(1);
});
