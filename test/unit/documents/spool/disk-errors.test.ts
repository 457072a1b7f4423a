import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { encodeRecord, maxRecordBytes } from '../../../../exporter/documents/spool/record.ts';
import { createSegmentReader } from '../../../../exporter/documents/spool/segment-reader.ts';
import { createSegments } from '../../../../exporter/documents/spool/segments.ts';
import { createSource } from '../../../../exporter/documents/spool/source.ts';
import { createTail } from '../../../../exporter/documents/spool/tail.ts';
import { numbered, numberOf } from './documents.ts';
import { opened, readCount, temporaryDirectory } from './opened.ts';

/** Nothing can be renamed to it, and no plain removal takes it away. */
const putDirectory = async (path: string) => {
  await rm(path, { force: true });
  await mkdir(join(path, 'in-the-way'), { recursive: true });
};

test('a full disk that does not let the reserve go refuses what is appended, and takes that and what comes when there is room', async () => {
  const first = await opened();
  await first.append([numbered(1)]);
  await first.close();

  const second = await opened({ directory: first.directory });
  const [segment = ''] = (await readdir(second.directory)).filter((name) => name.endsWith('.segment'));
  await rm(join(second.directory, segment));
  await symlink('/dev/full', join(second.directory, segment));
  await putDirectory(join(second.directory, 'reserve'));
  const refused = second.append([numbered(2, { dataset: 'harborlight.event' })]);
  await expect(refused).rejects.toMatchObject({ name: 'SpoolFullError' });
  await second.append([2, 3].map((number) => numbered(number, { dataset: 'harborlight.event' })));
  expect((await readCount(second.reader(), 2)).map(numberOf)).toEqual([2, 3]);
});

test('an error that nobody foresaw is told to who appended, and holds up nobody behind', async () => {
  let hasTime = true;
  const nowMs = () => {
    if (!hasTime) throw new Error('no time');
    return 1_000_000;
  };
  const spool = await opened({ nowMs });
  hasTime = false;
  await expect(spool.append([numbered(1)])).rejects.toThrow('no time');
  hasTime = true;
  await spool.append([numbered(2)]);
  expect((await readCount(spool.reader(), 1)).map(numberOf)).toEqual([2]);
});

test('a spool whose cursor cannot be saved says so when it is closed, saves the others, and can be opened again', async () => {
  const first = await opened({ sinks: ['broken', 'whole'] });
  await first.append([numbered(1)]);
  const cursor = join(first.directory, 'cursor-broken.json');
  await putDirectory(cursor);
  await first.close();
  expect(first.diskErrors.map(({ message }) => message)).toEqual(['save the cursor of broken at the end']);

  await rm(cursor, { recursive: true });
  const second = await opened({ directory: first.directory, sinks: ['broken', 'whole'] });
  expect(second.reader('whole').inDoubtUpTo).toBe(0);
});

test('cursors that cannot be saved again and again are told of once, and again when they could be in between', async () => {
  const spool = await opened();
  const cursor = join(spool.directory, 'cursor-file.json');
  const triedAt = async () => (await stat(`${cursor}.new`)).mtimeMs;
  const failTwice = async () => {
    const first = await vi.waitFor(triedAt, 3000);
    const second = await vi.waitFor(() => laterThan(first, triedAt), 3000);
    await vi.waitFor(() => laterThan(second, triedAt), 3000);
  };
  await spool.append([numbered(1)]);
  const reader = spool.reader();
  await putDirectory(cursor);
  reader.acknowledge((await readCount(reader, 1)).at(-1)?.position ?? 0);
  await failTwice();
  expect(spool.diskErrors).toHaveLength(1);

  await rm(cursor, { recursive: true });
  await vi.waitFor(() => readFile(cursor), 3000);
  await spool.append([numbered(2)]);
  await putDirectory(cursor);
  reader.acknowledge((await readCount(reader, 1)).at(-1)?.position ?? 0);
  await failTwice();
  expect(spool.diskErrors).toHaveLength(2);
  await rm(cursor, { recursive: true });
});

const laterThan = async (before: number, read: () => Promise<number>) => {
  const now = await read();
  expect(now).toBeGreaterThan(before);
  return now;
};

test('a segment that cannot be read again and again is told of once, and again when it could be in between', async () => {
  const document = { ...numbered(1), position: 1, storedAtMs: 1 };
  const record = Buffer.alloc(maxRecordBytes(document));
  const bytes = encodeRecord(record, 0, document);
  const path = join(await temporaryDirectory(), 'one.segment');
  const segments = createSegments([{ path, first: 1, next: 2, bytes, points: [] }], 2);
  const told: string[] = [];
  const source = createSource({
    tail: createTail(0),
    files: createSegmentReader(segments, () => undefined),
    onDiskError: ({ message }) => void told.push(message),
    // Nothing waits for the next try.
    closing: AbortSignal.abort(),
  });
  const failTwice = async () => {
    await putDirectory(path);
    for (let tries = 0; tries < 2; tries++) expect(await source.fetch(1)).toBe(true);
    await rm(path, { recursive: true });
  };
  await failTwice();
  expect(told).toEqual(['read documents of the spool']);
  await writeFile(path, record.subarray(0, bytes));
  await source.fetch(1);
  expect(source.at(1)).toEqual([document]);
  await source.rest();
  await failTwice();
  expect(told).toHaveLength(2);
});
