import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openSpool } from '../../exporter/documents/spool/open-spool.ts';
import type { Spool, SpoolReader } from '../../exporter/documents/spool/spool.ts';
import { SpoolFullError } from '../../exporter/documents/spool/spool-full-error.ts';
import type { NewDocument, StoredDocument } from '../../exporter/model/document.ts';
import { needing } from '../bed/need.ts';
import { mountSmallDisk } from '../bed/small-disk.ts';
import { numberedFrom, numberOf } from '../unit/documents/spool/documents.ts';

const BATCH = 50;

describe.each(['tmpfs', 'ext4'] as const)('a full disk of %s', needing('small-disk'), (kind) => {
  const openOnSmallDisk = async () => {
    const disk = await mountSmallDisk(kind, 20);
    onTestFinished(disk.unmount);
    const directory = join(disk.path, 'spool');
    const diskErrors: Error[] = [];
    const openAgain = () =>
      openSpool({
        directory,
        sinks: ['file'],
        holder: 'the test',
        segmentBytes: 1024 * 1024,
        nowMs: Date.now,
        onDamage: (damage) => expect(damage).toBeUndefined(),
        onDiskError: (error) => void diskErrors.push(error),
      });
    const spool = await openAgain();
    const reader = spool.openReader({
      sink: 'file',
      budgetBytes: 2 ** 40,
      onLost: (lost) => expect(lost).toBeUndefined(),
    });
    onTestFinished(() => spool.close());
    return { disk, directory, spool, reader, diskErrors, openAgain };
  };
  const containers = (from: number) => numberedFrom(from, from + BATCH - 1, { padding: 4000 });
  const events = (from: number) =>
    numberedFrom(from, from + BATCH - 1, { padding: 4000, dataset: 'harborlight.event' });

  test('takes nothing that can be fetched again, goes on taking what cannot, and takes all when there is room', async () => {
    const { directory, spool, reader } = await openOnSmallDisk();
    const stored: NewDocument[] = [];
    stored.push(...(await appendUntilFull(spool, containers, 1)));
    expect(stored.length).toBeGreaterThan(1000);
    stored.push(...(await appendUntilFull(spool, events, 100_000, 10)));
    expect(stored.filter(({ dataset }) => dataset === 'harborlight.event')).toHaveLength(10 * BATCH);
    await expect(spool.append(containers(200_000))).rejects.toThrow(SpoolFullError);

    const read = await readAndAcknowledge(reader, stored.length);
    expect(read.map(numberOf)).toEqual(stored.map(numberOf));
    await vi.waitFor(() => spool.append(containers(200_000)), { timeout: 5000, interval: 100 });
    expect((await readAndAcknowledge(reader, BATCH)).map(numberOf)).toEqual(containers(200_000).map(numberOf));
    expect(await readdir(directory)).toContain('reserve');
  });

  test('that somebody else filled keeps cursors from nothing, nor segments from being deleted', async () => {
    const { disk, spool, reader, diskErrors } = await openOnSmallDisk();
    const stored: NewDocument[] = [];
    for (let from = 1; from < 1250; from += BATCH) {
      await spool.append(containers(from));
      stored.push(...containers(from));
    }
    const ballast = join(disk.path, 'ballast');
    await fill(ballast);
    expect(spool.status().segments).toBeGreaterThan(3);
    await readAndAcknowledge(reader, stored.length);
    await vi.waitFor(() => expect(spool.status().segments).toBeLessThanOrEqual(3), 5000);
    expect(diskErrors).toEqual([]);
    await rm(ballast);
  });

  test('is there when the exporter starts, which goes on with what it has', async () => {
    const { disk, spool, openAgain } = await openOnSmallDisk();
    const stored = await appendUntilFull(spool, containers, 1);
    await spool.close();
    await fill(join(disk.path, 'ballast'));
    const again = await openAgain();
    onTestFinished(() => again.close());
    const reader = again.openReader({
      sink: 'file',
      budgetBytes: 2 ** 40,
      onLost: (lost) => expect(lost).toBeUndefined(),
    });
    const read = await readAndAcknowledge(reader, stored.length);
    expect(read.map(numberOf)).toEqual(stored.map(numberOf));
  });
});

/** What was stored before the disk was full; with a limit, no more than so many batches. */
const appendUntilFull = async (
  spool: Spool,
  batch: (from: number) => readonly NewDocument[],
  first: number,
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly NewDocument[]> => {
  const stored: NewDocument[] = [];
  for (let batches = 0; batches < limit; batches++) {
    const documents = batch(first + batches * BATCH);
    try {
      await spool.append(documents);
    } catch (error) {
      expect(error).toBeInstanceOf(SpoolFullError);
      return stored;
    }
    stored.push(...documents);
  }
  return stored;
};

const readAndAcknowledge = async (reader: SpoolReader, count: number): Promise<readonly StoredDocument[]> => {
  const documents: StoredDocument[] = [];
  while (documents.length < count) {
    documents.push(...(await reader.read(1_000_000, AbortSignal.timeout(5000))));
    reader.acknowledge(documents.at(-1)?.position ?? 0);
  }
  return documents;
};

/** Takes all the room there is. */
const fill = async (path: string): Promise<void> => {
  const file = await open(path, 'w');
  const piece = Buffer.alloc(4096, 'x');
  try {
    for (;;) await file.write(piece);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
    await file.sync().catch(() => undefined);
  } finally {
    await file.close();
  }
};
