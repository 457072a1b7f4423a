import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createIntake } from '../../../exporter/documents/intake.ts';
import type { NewDocument } from '../../../exporter/model/document.ts';

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
let answer: Answer;
beforeEach(() => {
  [told, appended, answer] = [[], [], () => Promise.resolve()];
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
    onWorking: (lost) => told.push(`working, ${lost} lost`),
  });
  onTestFinished(intake.close);
  return intake;
};
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 8000 });

test('what comes within half a second is one commit, in its order', async () => {
  const intake = open();
  for (const id of ['a', 'b', 'c']) intake.add(documentOf(id));
  await until(() => expect(appended).toEqual([['a', 'b', 'c']]));
  intake.add(documentOf('d'));
  await until(() => expect(appended).toEqual([['a', 'b', 'c'], ['d']]));
  expect(told).toEqual([]);
});

test('a full disk is said once, and nothing is lost when there is room again', async () => {
  let tries = 0;
  answer = () => (++tries <= 2 ? Promise.reject(new Error('full')) : Promise.resolve());
  const intake = open();
  intake.add(documentOf('a'));
  await until(() => expect(told).toEqual(['failing: full']));
  intake.add(documentOf('b'));
  await until(() => expect(appended).toEqual([['a', 'b']]));
  expect(told).toEqual(['failing: full', 'working, 0 lost']);
});

test('while it is full no more than 10,000 wait; what was lost is said', async () => {
  let isFull = true;
  answer = () => (isFull ? Promise.reject(new Error('full')) : Promise.resolve());
  const intake = open();
  for (let number = 0; number < 10_003; number++) intake.add(documentOf(String(number)));
  await until(() => expect(told).toEqual(['failing: full']));
  isFull = false;
  await until(() => expect(told).toEqual(['failing: full', 'working, 3 lost']));
  expect(appended.flat()).toHaveLength(10_000);
});

test('one that can never be stored holds up nobody', async () => {
  answer = (ids) => (ids.includes('bad') ? Promise.reject(new RangeError('too long')) : Promise.resolve());
  const intake = open();
  for (const id of ['a', 'bad', 'b']) intake.add(documentOf(id));
  await until(() => expect(appended).toEqual([['a'], ['b']]));
  expect(told).toEqual(['unstorable: too long']);
});

test('at the end what waits is stored at once, and what cannot be is said to be lost', async () => {
  const first = open();
  first.add(documentOf('a'));
  await first.close();
  expect(appended).toEqual([['a']]);
  answer = () => Promise.reject(new Error('full'));
  const second = open();
  second.add(documentOf('b'));
  await second.close();
  expect(told).toEqual(['failing: full', 'failing: documents are lost: 1']);
});
