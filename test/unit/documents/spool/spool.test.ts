import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { UnstorableDocumentError } from '../../../../exporter/documents/spool/unstorable-document-error.ts';
import { numbered, numberedFrom, numberOf } from './documents.ts';
import { opened, readCount } from './opened.ts';

const numbersUpTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

describe('a reader', () => {
  test('gets what is appended, in order, with positions by one each', async () => {
    const spool = await opened();
    const reader = spool.reader();
    await spool.append(numberedFrom(1, 3));
    await spool.append([numbered(4)]);
    const documents = await readCount(reader, 4);
    expect(documents).toMatchObject(numberedFrom(1, 4));
    expect(documents.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
  });

  test('waits for the first document, and ends its wait when its signal aborts', async () => {
    const spool = await opened();
    const reader = spool.reader();
    const waiting = reader.read(1000, AbortSignal.timeout(5000));
    await spool.append([numbered(1)]);
    expect((await waiting).map(numberOf)).toEqual([1]);
    await expect(reader.read(1000, AbortSignal.timeout(20))).rejects.toThrow(/timeout/);
    await spool.append([numbered(2)]);
    expect((await readCount(reader, 1)).map(numberOf)).toEqual([2]);
  });

  test('gets no more bytes than it asks for, but one document at least', async () => {
    const spool = await opened();
    const reader = spool.reader();
    await spool.append(numberedFrom(1, 10, { padding: 100 }));
    const oneBytes = numbered(1, { padding: 100 }).json.length;
    expect(await reader.read(3 * oneBytes, AbortSignal.timeout(1000))).toHaveLength(3);
    expect(await reader.read(3 * oneBytes - 1, AbortSignal.timeout(1000))).toHaveLength(2);
    expect(await reader.read(1, AbortSignal.timeout(1000))).toHaveLength(1);
  });

  test('goes on behind what was acknowledged after a close, with its note', async () => {
    const first = await opened();
    const reader = first.reader();
    await first.append(numberedFrom(1, 10));
    const documents = await readCount(reader, 6, 6 * numbered(1).json.length);
    reader.acknowledge(documents[3]?.position ?? 0);
    reader.setNote('4 lines');
    await first.close();

    const again = (await opened({ directory: first.directory })).reader();
    expect(again.note()).toBe('4 lines');
    expect(again.inDoubtUpTo).toBe(6);
    expect((await readCount(again, 6)).map(numberOf)).toEqual([5, 6, 7, 8, 9, 10]);
  });

  test('reads what lies in files of many segments, and then what comes', async () => {
    const first = await opened({ segmentBytes: 20_000 });
    first.reader();
    await first.append(numberedFrom(1, 1000, { padding: 200 }));
    await first.close();
    const second = await opened({ directory: first.directory, segmentBytes: 20_000 });
    expect(second.status().segments).toBeGreaterThan(10);
    const reader = second.reader();
    await second.append(numberedFrom(1001, 1500));
    expect((await readCount(reader, 1500)).map(numberOf)).toEqual(numbersUpTo(1500));
    expect(reader.lost).toEqual([]);
  });
});

/** The one that is written to, and two for the ids in them. */
const KEPT_SEGMENTS = 3;

describe('a segment', () => {
  test('is deleted when every sink is done with it and two newer ones are finished, and not before', async () => {
    const spool = await opened({ sinks: ['file', 'other'], segmentBytes: 20_000 });
    const [file, other] = [spool.reader('file'), spool.reader('other')];
    await spool.append(numberedFrom(1, 1000, { padding: 200 }));
    file.acknowledge((await readCount(file, 1000)).at(-1)?.position ?? 0);
    await delay(700);
    expect(spool.status().segments).toBeGreaterThan(10);
    other.acknowledge((await readCount(other, 1000)).at(-1)?.position ?? 0);
    await vi.waitFor(() => expect(spool.status().segments).toBe(KEPT_SEGMENTS), 3000);
    expect(spool.status().readers).toMatchObject([{ waitingDocuments: 0, waitingBytes: 0 }, { waitingDocuments: 0 }]);
  });

  test('takes no position and no origin with it when it is deleted', async () => {
    const first = await opened({ segmentBytes: 20_000 });
    const reader = first.reader();
    await first.append([{ ...numbered(0), origin: { source: 'gone', first: '1', last: '7' } }]);
    await first.append(numberedFrom(1, 1000, { padding: 200 }));
    reader.acknowledge((await readCount(reader, 1001)).at(-1)?.position ?? 0);
    await vi.waitFor(() => expect(first.status().segments).toBe(KEPT_SEGMENTS), 3000);
    await first.close();
    const second = await opened({ directory: first.directory });
    expect([...second.origins().values()]).toEqual([
      { source: 'gone', first: '1', last: '7' },
      { source: 'web-1 stdout', first: '1000', last: '1000' },
    ]);
    const again = second.reader();
    await second.append([numbered(5000)]);
    expect((await readCount(again, 1)).map(({ position }) => position)).toEqual([1002]);
  });
});

test('an id that was stored is not stored again, nor after a restart', async () => {
  const first = await opened();
  first.reader();
  await first.append([numbered(1), numbered(1), numbered(2)]);
  await first.append([numbered(2), numbered(3)]);
  await first.close();
  const second = await opened({ directory: first.directory });
  const reader = second.reader();
  await second.append([numbered(1), numbered(3), numbered(4)]);
  expect((await readCount(reader, 4)).map(numberOf)).toEqual([1, 2, 3, 4]);
});

test('an id in a segment that no sink needs any more is not stored again after a restart', async () => {
  const first = await opened({ segmentBytes: 20_000 });
  const reader = first.reader();
  await first.append(numberedFrom(1, 1000, { padding: 200 }));
  reader.acknowledge((await readCount(reader, 1000)).at(-1)?.position ?? 0);
  await vi.waitFor(() => expect(first.status().segments).toBeLessThanOrEqual(KEPT_SEGMENTS), 3000);
  await first.close();
  const second = await opened({ directory: first.directory, segmentBytes: 20_000 });
  const again = second.reader();
  await second.append(numberedFrom(901, 1001, { padding: 200 }));
  expect((await readCount(again, 1)).map(numberOf)).toEqual([1001]);
});

test('where there is little room, no segment is kept for its ids alone', async () => {
  const spool = await opened({ segmentBytes: 20_000, maxBytes: 4 * 1024 * 1024 + 40_000 });
  const reader = spool.reader();
  for (let from = 1; from <= 300; from += 50) {
    const append = () => spool.append(numberedFrom(from, from + 49, { padding: 200 }));
    await vi.waitFor(append, { timeout: 3000, interval: 100 });
    reader.acknowledge((await readCount(reader, 50)).at(-1)?.position ?? 0);
  }
  expect(spool.status().readers).toMatchObject([{ waitingDocuments: 0 }]);
});

test('a document that no record can hold has its batch refused before any of it is stored, and nothing beside', async () => {
  const spool = await opened();
  const reader = spool.reader();
  const batch = [numbered(1), { ...numbered(2), namespace: 'x'.repeat(256) }, numbered(3)];
  const refused = expect(spool.append(batch)).rejects.toBeInstanceOf(UnstorableDocumentError);
  await spool.append([numbered(4)]);
  await refused;
  const oneByOne = await Promise.allSettled(batch.map((document) => spool.append([document])));
  expect(oneByOne.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((await readCount(reader, 3)).map(numberOf)).toEqual([4, 1, 3]);
});

test('a second process is told who has the directory', async () => {
  const { directory } = await opened({ holder: 'process 4711 on web-1' });
  await expect(opened({ directory })).rejects.toThrow(/in use by process 4711 on web-1: stop that one first/);
});

test('nothing stays open when the spool is closed', async () => {
  const descriptors = async () => (await readdir('/proc/self/fd')).length;
  const before = await descriptors();
  for (let round = 0; round < 3; round++) {
    const spool = await opened({ segmentBytes: 20_000, sinks: ['file', 'other'] });
    const [file, other] = [spool.reader('file'), spool.reader('other')];
    await spool.append(numberedFrom(1, 300, { padding: 200 }));
    await readCount(file, 300);
    await readCount(other, 10, 1000);
    const unread = expect(file.read(1000, AbortSignal.timeout(5000))).rejects.toThrow('the spool is closed');
    await spool.close();
    await unread;
    await expect(spool.append([numbered(301)])).rejects.toThrow('the spool is closed');
  }
  expect(await descriptors()).toBe(before);
});
