import { appendFile, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type FileSinkOptions, openFileSink } from '../../../../exporter/documents/sinks/file/file-sink.ts';
import type { StoredDocument } from '../../../../exporter/model/document.ts';

const NOON_MS = Date.parse('2026-11-21T12:00:00Z');
const DAY_MS = 86_400_000;
const MIB = 2 ** 20;

let folder: string;
let directory: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-sink-'));
  directory = join(folder, 'documents');
  onTestFinished(() => rm(folder, { recursive: true }));
});

const open = (options: Partial<FileSinkOptions> = {}) =>
  openFileSink({
    name: 'file',
    directory,
    writtenPath: join(folder, 'file-sink.json'),
    keepMs: 7 * DAY_MS,
    maxBytes: 16 * MIB,
    nowMs: () => NOON_MS,
    ...options,
  });

const stored = (position: number, overrides: Partial<StoredDocument> = {}): StoredDocument => ({
  position,
  storedAtMs: NOON_MS,
  dataset: 'harborlight.event',
  namespace: 'default',
  id: `id-${position}`,
  json: `{"n":${position}}`,
  ...overrides,
});
const storedFrom = (first: number, last: number): readonly StoredDocument[] =>
  Array.from({ length: last - first + 1 }, (_, at) => stored(first + at));

const never = new AbortController().signal;
const namesIn = async () => (await readdir(directory)).toSorted();
const linesOf = async (name: string) => (await readFile(join(directory, name), 'utf8')).split('\n').slice(0, -1);
const numbersIn = async (name: string) =>
  (await linesOf(name)).map((line) => z.object({ n: z.int() }).parse(JSON.parse(line)).n);
const EVENTS = 'harborlight.event-2026-11-21.ndjson';

test('documents are lines of a file a dataset and day, which their owner alone can read', async () => {
  const sink = await open();
  const outcomes = await sink.write(
    [
      stored(1),
      stored(2, { dataset: 'harborlight.alert' }),
      stored(3, { storedAtMs: NOON_MS + DAY_MS / 2 }),
      stored(4, { json: '{"n":4,"message":"ä"}' }),
    ],
    never,
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'stored', 'stored', 'stored']);
  expect(await namesIn()).toEqual([
    'harborlight.alert-2026-11-21.ndjson',
    EVENTS,
    'harborlight.event-2026-11-22.ndjson',
  ]);
  expect(await linesOf(EVENTS)).toEqual(['{"n":1}', '{"n":4,"message":"ä"}']);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(directory, EVENTS))).mode & 0o777).toBe(0o600);
});

test('what is read from the spool again is not written again', async () => {
  const first = await open();
  await first.write(storedFrom(1, 3), never);
  const second = await open();
  const outcomes = await second.write(storedFrom(2, 5), never);
  expect(outcomes).toHaveLength(4);
  expect(await numbersIn(EVENTS)).toEqual([1, 2, 3, 4, 5]);
});

test('R5: what a killed process wrote and could not save is cut off, a torn line too', async () => {
  const first = await open();
  await first.write(storedFrom(1, 3), never);
  await appendFile(join(directory, EVENTS), '{"n":4}\n{"n":5}\n{"n"');
  const second = await open();
  await second.write(storedFrom(1, 6), never);
  expect(await numbersIn(EVENTS)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('the same of a file that it began', async () => {
  const first = await open();
  await first.write(storedFrom(1, 3), never);
  const tomorrow = join(directory, 'harborlight.event-2026-11-22.ndjson');
  const next = stored(4, { storedAtMs: NOON_MS + DAY_MS });
  // Gone as far as a process gets that is killed while it writes: nothing is saved after that.
  await symlink('/dev/full', tomorrow);
  await expect(first.write([next], never)).rejects.toThrow();
  await rm(tomorrow);
  await writeFile(tomorrow, '{"n":4}\n{"n"');
  await (await open()).write([...storedFrom(2, 3), next], never);
  expect(await numbersIn(EVENTS)).toEqual([1, 2, 3]);
  expect(await numbersIn('harborlight.event-2026-11-22.ndjson')).toEqual([4]);
});

test('a file of the day that was finished before goes on where it ends', async () => {
  await (await open()).write([stored(1), stored(2, { storedAtMs: NOON_MS + DAY_MS })], never);
  // The clock was set back.
  await (await open()).write([stored(3)], never);
  expect(await numbersIn(EVENTS)).toEqual([1, 3]);
});

test('a disk that refuses: nothing is written twice when it works again', async () => {
  const sink = await open();
  await sink.write(storedFrom(1, 2), never);
  // The events before it are written.
  const gaps = 'harborlight.gap-2026-11-21.ndjson';
  await symlink('/dev/full', join(directory, gaps));
  const batch = [stored(3), stored(4, { dataset: 'harborlight.gap' })];
  await expect(sink.write(batch, never)).rejects.toMatchObject({ name: 'SinkError', failure: 'unavailable' });
  expect(await numbersIn(EVENTS)).toEqual([1, 2, 3]);
  await rm(join(directory, gaps));
  await sink.write(batch, never);
  expect(await numbersIn(EVENTS)).toEqual([1, 2, 3]);
  expect(await numbersIn(gaps)).toEqual([4]);
});

test('a file has at most about a sixteenth of all; with the next one, the oldest go', async () => {
  const sink = await open();
  const json = JSON.stringify({ message: 'x'.repeat(MIB) });
  for (let position = 1; position <= 40; position++) await sink.write([stored(position, { json })], never);
  const names = await namesIn();
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name))).size));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * MIB);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(17 * MIB);
  expect(names).not.toContain(EVENTS);
  expect(names).toContain('harborlight.event-2026-11-21.39.ndjson');
});

test('files that are too old go, and nothing else does', async () => {
  const sink = await open({ keepMs: 2 * DAY_MS });
  await writeFile(join(directory, 'harborlight.event-2026-11-18.ndjson'), '{}\n');
  await writeFile(join(directory, 'harborlight.event-2026-11-19.ndjson'), '{}\n');
  await writeFile(join(directory, 'notes-2026-11-01.ndjson'), 'mine\n');
  await sink.write([stored(1)], never);
  expect(await namesIn()).toEqual(['harborlight.event-2026-11-19.ndjson', EVENTS, 'notes-2026-11-01.ndjson']);
});

test('a file that somebody has removed or emptied is begun again', async () => {
  await (await open()).write(storedFrom(1, 3), never);
  await rm(join(directory, EVENTS));
  await (await open()).write([stored(4)], never);
  expect(await numbersIn(EVENTS)).toEqual([4]);
});

test('closed while it writes: the next one that opens the files finds the batch whole', async () => {
  const first = await open();
  const writing = first.write(
    storedFrom(1, 300).map((document) => ({
      ...document,
      dataset: document.position % 2 === 0 ? 'harborlight.event' : 'harborlight.gap',
    })),
    never,
  );
  await first.close();
  const second = await open();
  await second.write(storedFrom(301, 302), never);
  await writing;
  const numbers = [...(await numbersIn(EVENTS)), ...(await numbersIn('harborlight.gap-2026-11-21.ndjson'))];
  expect(numbers.toSorted((a, b) => a - b)).toEqual(storedFrom(1, 302).map(({ position }) => position));
});
