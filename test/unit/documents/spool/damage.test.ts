import { open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { numbered, numberedFrom, numberOf } from './documents.ts';
import { opened, readCount } from './opened.ts';

const SMALL = { segmentBytes: 20_000 };

/** A closed spool with these documents, none of which was read. */
const filled = async (count: number) => {
  const spool = await opened(SMALL);
  spool.reader();
  await spool.append(numberedFrom(1, count, { padding: 200 }));
  await spool.close();
  const names = (await readdir(spool.directory)).filter((name) => name.endsWith('.segment'));
  return { directory: spool.directory, segments: names.sort().map((name) => join(spool.directory, name)) };
};

const overwrite = async (path: string, offset: number, content: string) => {
  const file = await open(path, 'r+');
  await file.write(content, offset);
  await file.close();
};

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

test('a torn tail is cut, and what was whole before it is there', async () => {
  const { directory, segments } = await filled(100);
  const newest = segments.at(-1) ?? '';
  const { size } = await stat(newest);
  await truncate(newest, size - 10);
  const spool = await opened({ directory, ...SMALL });
  const reader = spool.reader();
  await spool.append([numbered(1000)]);
  expect((await readCount(reader, 100)).map(numberOf)).toEqual([...numbers(1, 99), 1000]);
  expect(reader.lost).toEqual([]);
  expect(spool.damages).toEqual([]);
});

test('zeros behind the last record are cut, as the end of a machine leaves them', async () => {
  const { directory, segments } = await filled(100);
  const newest = segments.at(-1) ?? '';
  const { size } = await stat(newest);
  await truncate(newest, size + 5000);
  const spool = await opened({ directory, ...SMALL });
  expect((await stat(newest)).size).toBe(size);
  expect((await readCount(spool.reader(), 100)).map(numberOf)).toEqual(numbers(1, 100));
});

test('damage in an older segment loses the documents that it touches, which are counted and told', async () => {
  const { directory, segments } = await filled(300);
  await overwrite(segments[1] ?? '', 5000, 'damage');
  const spool = await opened({ directory, ...SMALL });
  const reader = spool.reader();
  const read = (await readCount(reader, 299)).map(numberOf);
  const [missing = 0] = numbers(1, 300).filter((number) => !read.includes(number));
  expect(read).toEqual(numbers(1, 300).filter((number) => number !== missing));
  expect(reader.lost).toMatchObject([{ documents: 1 }]);
  expect(reader.status().lostDocuments).toBe(1);
  expect(spool.damages).toContainEqual({ path: segments[1], bytes: expect.any(Number) as number });
});

test.each([
  ['was emptied', (path: string) => writeFile(path, '')],
  ['is gone', (path: string) => rm(path)],
])('a segment that %s while the spool is open is passed over, and its documents are counted', async (_, spoil) => {
  const { directory, segments } = await filled(300);
  const spool = await opened({ directory, ...SMALL });
  const reader = spool.reader();
  await spoil(segments[2] ?? '');
  const lost = 300 - (await readCount(reader, 200, 1_000_000)).length;
  const last = Number.parseInt((segments[3] ?? '').slice(-'0000000000000000.segment'.length), 10);
  const first = Number.parseInt((segments[2] ?? '').slice(-'0000000000000000.segment'.length), 10);
  const rest = await readCount(reader, 300 - (last - first) - (300 - lost));
  expect(rest.at(-1)).toMatchObject({ position: 300 });
  expect(reader.lost.reduce((sum, { documents }) => sum + documents, 0)).toBe(last - first);
});

test('a snapshot that cannot be understood is done without', async () => {
  const { directory } = await filled(300);
  await writeFile(join(directory, 'snapshot.json'), '{"version":1,');
  const spool = await opened({ directory, ...SMALL });
  expect(spool.origins().get('web-1 stdout')?.last).toBe('300');
  expect((await readCount(spool.reader(), 300)).map(numberOf)).toEqual(numbers(1, 300));
});

test('a cursor that cannot be understood has everything sent again, in doubt', async () => {
  const { directory } = await filled(300);
  await writeFile(join(directory, 'cursor-file.json'), '\0\0\0');
  const spool = await opened({ directory, ...SMALL });
  const reader = spool.reader();
  expect(reader.inDoubtUpTo).toBe(300);
  expect((await readCount(reader, 300)).map(numberOf)).toEqual(numbers(1, 300));
});
