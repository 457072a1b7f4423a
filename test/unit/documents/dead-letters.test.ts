import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dropLetter, findDeadLetters, markForResend } from '../../../exporter/documents/dead-letter-desk.ts';
import { type DeadLetter, openDeadLetters } from '../../../exporter/documents/dead-letters.ts';
import { idOf, numbered } from './spool/documents.ts';
import { temporaryDirectory } from './spool/opened.ts';

const letter = (number: number, given: Partial<DeadLetter> = {}): DeadLetter => ({
  document: { ...numbered(number), position: number, storedAtMs: 1000 },
  status: 400,
  reason: 'mapper_parsing_exception',
  atMs: 2000,
  ...given,
});

const found = async (directory: string) => {
  const letters = [];
  for await (const one of findDeadLetters(directory)) letters.push(one);
  return letters;
};

test('a letter is there for the next process, and for another one', async () => {
  const directory = await temporaryDirectory();
  const letters = await openDeadLetters({ directory, sink: 'store' });
  await letters.add(letter(2));
  await letters.add(letter(1));
  const again = await openDeadLetters({ directory, sink: 'store' });
  expect(again.count()).toBe(2);
  expect(await found(directory)).toMatchObject([
    { letter: { sink: 'store', ...letter(1) }, isMarked: false },
    { letter: { sink: 'store', ...letter(2) } },
  ]);
});

test('the same document is one letter, however often it is refused', async () => {
  const directory = await temporaryDirectory();
  const letters = await openDeadLetters({ directory, sink: 'store' });
  await Promise.all([letters.add(letter(1)), letters.add(letter(1, { reason: 'again' }))]);
  expect(letters.count()).toBe(1);
  expect(await found(directory)).toMatchObject([{ letter: { reason: 'again' } }]);
});

test('what does not fit takes the place of the oldest ones, which are counted', async () => {
  const directory = await temporaryDirectory();
  let dropped = 0;
  const onDropped = () => {
    dropped++;
  };
  const letters = await openDeadLetters({ directory, sink: 'store', maxBytes: 5 * 4096, onDropped });
  for (let number = 1; number <= 8; number++) await letters.add(letter(number));
  expect([letters.count(), dropped]).toEqual([5, 3]);
  expect((await found(directory)).map(({ letter: { document } }) => document.position)).toEqual([4, 5, 6, 7, 8]);
});

test('one that is marked is sent again until it is done', async () => {
  const directory = await temporaryDirectory();
  const letters = await openDeadLetters({ directory, sink: 'store' });
  for (let number = 1; number <= 3; number++) await letters.add(letter(number));
  expect(await letters.toResend(10)).toEqual([]);
  for (const one of (await found(directory)).slice(1)) await markForResend(one);
  expect((await letters.toResend(10)).map(({ document }) => document.id)).toEqual([idOf(2), idOf(3)]);
  expect(await letters.toResend(1)).toMatchObject([letter(2)]);
  await letters.done(letter(2));
  expect(await letters.toResend(10)).toMatchObject([letter(3)]);
  expect(letters.count()).toBe(2);
});

test('one that is dropped is gone for the process that runs, too', async () => {
  const directory = await temporaryDirectory();
  const letters = await openDeadLetters({ directory, sink: 'store' });
  await letters.add(letter(1));
  for (const one of await found(directory)) await dropLetter(one);
  await letters.toResend(10);
  expect(letters.count()).toBe(0);
});

test('names on disk are made of safe characters, whatever sinks and ids are called', async () => {
  const directory = await temporaryDirectory();
  const letters = await openDeadLetters({ directory, sink: '../../etc' });
  await letters.add(letter(1, { document: { ...letter(1).document, id: '../../passwd\n' } }));
  const [folder = ''] = await readdir(directory);
  expect(folder).toMatch(/^\.[0-9a-f]{16}$/);
  expect(await readdir(join(directory, folder))).toEqual([
    expect.stringMatching(/^0000000000000001-[0-9a-f]{32}\.json$/),
    'resend',
  ]);
  expect((await stat(join(directory, folder))).mode & 0o777).toBe(0o700);
  expect(await found(directory)).toMatchObject([{ letter: { sink: '../../etc' } }]);
});

test('a file that is no letter is passed over', async () => {
  const directory = await temporaryDirectory();
  const letters = await openDeadLetters({ directory, sink: 'store' });
  await letters.add(letter(1));
  await writeFile(join(directory, 'store', `0000000000000002-${idOf(2)}.json`), '{"version":1');
  await writeFile(join(directory, 'store', 'readme.txt'), '');
  expect(await found(directory)).toHaveLength(1);
});
