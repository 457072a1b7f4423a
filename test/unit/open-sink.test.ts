import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSpool } from '../../exporter/documents/spool/open-spool.ts';
import { openSink } from '../../exporter/open-sink.ts';

test('a file sink whose folder cannot be made is down, and up as soon as it can be', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'open-sink-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const spoolDirectory = join(folder, 'spool');
  const fail = (error: unknown) => {
    throw error;
  };
  const spool = await openSpool({
    directory: spoolDirectory,
    sinks: ['file'],
    holder: 'a test',
    nowMs: Date.now,
    onDamage: fail,
    onDiskError: fail,
  });
  onTestFinished(spool.close);
  const documentsDirectory = join(folder, 'documents');
  const { sink } = openSink(
    { kind: 'file', name: 'file', keep: 86_400_000, max_size: 2 ** 24 },
    {
      reader: spool.openReader({ sink: 'file', budgetBytes: 2 ** 24, onLost: fail }),
      documentsDirectory,
      spoolDirectory,
      stdout: process.stdout,
    },
  );
  const document = {
    dataset: 'harborlight.event',
    namespace: 'default',
    id: 'a',
    json: '{}',
    position: 1,
    storedAtMs: 0,
  } as const;
  const write = () => sink.write([document], new AbortController().signal);
  await writeFile(documentsDirectory, 'in the way');
  await expect(write()).rejects.toMatchObject({ name: 'SinkError', failure: 'unavailable' });
  await rm(documentsDirectory);
  expect(await write()).toEqual([{ kind: 'stored' }]);
  expect(await readdir(documentsDirectory)).toEqual(['harborlight.event-1970-01-01.ndjson']);
  await sink.close();
});
