import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { readSpoolStatus } from '../../../../exporter/documents/spool/read-status.ts';
import { numbered, numberedFrom, numberOf } from './documents.ts';
import { opened, readCount } from './opened.ts';

const SMALL = { segmentBytes: 20_000 };

describe('a budget', () => {
  test('that is exceeded loses the oldest of one sink, exactly counted, and holds up no other', async () => {
    let now = 1_000_000;
    const spool = await opened({ ...SMALL, sinks: ['slow', 'quick'], nowMs: () => now });
    const [slow, quick] = [spool.reader('slow', 100_000), spool.reader('quick')];
    for (let from = 1; from <= 1000; from += 20) {
      now += 1000;
      await spool.append(numberedFrom(from, from + 19, { padding: 200 }));
      expect(slow.status().waitingBytes).toBeLessThanOrEqual(100_000);
    }
    expect((await readCount(quick, 1000)).map(numberOf)).toHaveLength(1000);
    const lost = slow.lost.reduce((sum, { documents }) => sum + documents, 0);
    expect(lost).toBeGreaterThan(500);
    expect((await readCount(slow, 1000 - lost)).map(numberOf)[0]).toBe(lost + 1);
    expect(slow.status()).toMatchObject({ lostDocuments: lost, waitingDocuments: 1000 - lost });
    expect(quick.lost).toEqual([]);
    expect(slow.lost[0]?.fromMs).toBe(1_001_000);
    for (const [at, { fromMs, toMs }] of slow.lost.entries()) {
      expect(toMs).toBeGreaterThanOrEqual(fromMs);
      expect(fromMs).toBeGreaterThanOrEqual(slow.lost[at - 1]?.toMs ?? 0);
    }
  });

  test('leaves what the sink has been given, which is read again when the process ends before it is acknowledged', async () => {
    const first = await opened(SMALL);
    const reader = first.reader('file', 50_000);
    await first.append(numberedFrom(1, 20, { padding: 200 }));
    await readCount(reader, 20);
    await first.append(numberedFrom(21, 1000, { padding: 200 }));
    const lost = reader.lost.reduce((sum, { documents }) => sum + documents, 0);
    await vi.waitFor(() => expect(first.status().segments).toBeLessThan(8), 3000);
    await first.close();
    const second = await opened({ directory: first.directory, ...SMALL });
    const again = second.reader();
    const read = (await readCount(again, 1000 - lost)).map(numberOf);
    expect(read.slice(0, 21)).toEqual([...Array.from({ length: 20 }, (_, at) => at + 1), 21 + lost]);
    expect(again.lost).toEqual([]);
    expect(again.status().lostDocuments).toBe(lost);
  });
});

test('a new sink begins with what is appended from now on', async () => {
  const first = await opened();
  first.reader();
  await first.append([numbered(1)]);
  await first.close();
  const second = await opened({ directory: first.directory, sinks: ['file', 'new'] });
  await second.append([numbered(2)]);
  expect((await readCount(second.reader('new'), 1)).map(numberOf)).toEqual([2]);
});

test('a sink that is none any more keeps no segments, and is told what it lost when it comes back', async () => {
  const first = await opened({ ...SMALL, sinks: ['file', 'gone'] });
  first.reader('file');
  await first.append(numberedFrom(1, 10, { padding: 200 }));
  await first.close();

  const second = await opened({ directory: first.directory, ...SMALL });
  const reader = second.reader();
  await second.append(numberedFrom(11, 500, { padding: 200 }));
  reader.acknowledge((await readCount(reader, 500)).at(-1)?.position ?? 0);
  await vi.waitFor(() => expect(second.status().segments).toBe(3), 3000);
  expect((await readSpoolStatus(first.directory)).readers.map(({ sink }) => sink)).toEqual(['file']);
  await second.close();

  const third = await opened({ directory: first.directory, ...SMALL, sinks: ['gone'] });
  const back = third.reader('gone');
  const [head] = await readCount(back, 1);
  expect(back.lost.reduce((sum, { documents }) => sum + documents, 0)).toBe((head?.position ?? 0) - 1);
});

test('after a process that did not close it, everything may have been sent', async () => {
  const first = await opened({ sinks: ['file'] });
  first.reader();
  await first.append(numberedFrom(1, 10));
  await first.close();
  const { writeFile, readFile } = await import('node:fs/promises');
  const path = join(first.directory, 'cursor-file.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"closed"', '"open"'));
  const second = await opened({ directory: first.directory });
  expect(second.reader().inDoubtUpTo).toBe(10);
});

test('another process reads the same status from the files, while it runs and after', async () => {
  let now = 1_000_000;
  const spool = await opened({ ...SMALL, sinks: ['file', 'other'], nowMs: () => (now += 1000) });
  const reader = spool.reader();
  for (let number = 1; number <= 300; number++) await spool.append([numbered(number, { padding: 200 })]);
  reader.acknowledge((await readCount(reader, 200))[149]?.position ?? 0);
  await vi.waitFor(async () => {
    const { readers } = await readSpoolStatus(spool.directory);
    expect(readers).toMatchObject([{ waitingDocuments: 150 }, { waitingDocuments: 300, oldestMs: 1_001_000 }]);
  }, 3000);
  const inside = spool.status();
  const outside = await readSpoolStatus(spool.directory);
  expect(outside).toMatchObject({ bytes: inside.bytes, segments: inside.segments });
  await spool.close();
  expect(await readSpoolStatus(spool.directory)).toEqual(outside);
});

test('its directory and files are their owner’s alone', async () => {
  const parent = await opened();
  parent.reader();
  await parent.append([numbered(1)]);
  const directory = join(parent.directory, 'deeper', 'spool');
  const spool = await opened({ directory });
  await spool.append([numbered(1)]);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(directory)) {
    if (name === 'lock') continue;
    expect([name, (await stat(join(directory, name))).mode & 0o777]).toEqual([name, 0o600]);
  }
});

test('what may not take more than so many bytes is refused beyond them, but for events and gaps', async () => {
  const spool = await opened({ ...SMALL, maxBytes: 4 * 1024 * 1024 + 30_000 });
  spool.reader();
  const appendAll = async () => {
    for (let number = 1; number <= 200; number++) await spool.append([numbered(number, { padding: 1000 })]);
  };
  await expect(appendAll()).rejects.toMatchObject({ name: 'SpoolFullError' });
  await spool.append([
    numbered(1000, { dataset: 'harborlight.event' }),
    numbered(1001, { dataset: 'harborlight.gap' }),
  ]);
  expect(spool.status().bytes).toBeLessThan(60_000);
});
