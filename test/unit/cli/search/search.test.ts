import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { listDocumentFiles, readLines } from '../../../../exporter/cli/search/document-files.ts';
import { follow } from '../../../../exporter/cli/search/follow.ts';
import { createFinder, type Found } from '../../../../exporter/cli/search/found.ts';
import { searchAll, searchLast } from '../../../../exporter/cli/search/search.ts';

/** On a machine with other things to do. */
const LONG = { timeout: 8000 };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'harborlight-search-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
});

const lineOf = (second: number, message: string, day = '2026-11-21') =>
  `${JSON.stringify({ '@timestamp': `${day}T00:00:${String(second).padStart(2, '0')}.000000000Z`, message })}\n`;
const write = (name: string, ...lines: readonly string[]) => writeFileSync(join(directory, name), lines.join(''));
const messageOf = ({ fields }: Found) => fields['message'];
const find = createFinder({});
const options = { find, onPlace: () => undefined };

async function all(source: AsyncIterable<Found>) {
  const found: unknown[] = [];
  for await (const one of source) found.push(messageOf(one));
  return found;
}

test('what is found in all datasets, days and parts is in the order of time', async () => {
  write('harborlight.event-2026-11-21.ndjson', lineOf(1, 'a'), lineOf(4, 'd'));
  write('harborlight.event-2026-11-21.1.ndjson', lineOf(6, 'f'), lineOf(5, 'e'));
  write('harborlight.health-2026-11-21.ndjson', lineOf(2, 'b'), lineOf(3, 'c'), lineOf(7, 'g'));
  write('harborlight.event-2026-11-20.ndjson', lineOf(9, 'before', '2026-11-20'));
  write('other.ndjson', lineOf(1, 'no'));
  const files = await listDocumentFiles(directory);
  expect(await all(searchAll(files, options))).toEqual(['before', 'a', 'b', 'c', 'd', 'e', 'f', 'g']);
});

test('the last few are the newest, and days before them are not read', async () => {
  write('harborlight.event-2026-11-20.ndjson', lineOf(1, 'old', '2026-11-20'), lineOf(2, 'older', '2026-11-20'));
  write('harborlight.event-2026-11-21.ndjson', ...Array.from({ length: 50 }, (_, at) => lineOf(at, `n${at}`)));
  const read: string[] = [];
  const files = await listDocumentFiles(directory);
  const last = await searchLast(files, { find, onPlace: (path) => read.push(path), limit: 3 });
  expect(last.map(messageOf)).toEqual(['n47', 'n48', 'n49']);
  expect(new Set(read)).toEqual(new Set([join(directory, 'harborlight.event-2026-11-21.ndjson')]));
  const more = await searchLast(files, { find, onPlace: () => undefined, limit: 51 });
  expect(more.map(messageOf).slice(0, 2)).toEqual(['older', 'n0']);
});

test('of long lines only so many are held, the newest', async () => {
  const long = 'x'.repeat(5000);
  const lines = Array.from({ length: 24 }, (_, at) => lineOf(at, `${at} ${long}`));
  write('harborlight.container-2026-11-20.ndjson', lineOf(1, 'old', '2026-11-20'));
  write('harborlight.container-2026-11-21.ndjson', ...lines);
  const files = await listDocumentFiles(directory);
  const last = await searchLast(files, { ...options, limit: 1000, maxCharacters: 10_200 });
  expect(last.map((found) => String(messageOf(found)).split(' ')[0])).toEqual(['22', '23']);
});

test('a line that is broken, is no document or has no end is passed over', async () => {
  write(
    'harborlight.event-2026-11-21.ndjson',
    lineOf(1, 'a'),
    '{"@timestamp":"2026-11-21T00:00:02.0\n',
    '\n',
    '[]\n',
    '{"message":"no time"}\n',
    lineOf(3, 'b'),
    lineOf(4, 'without an end').trimEnd(),
  );
  expect(await all(searchAll(await listDocumentFiles(directory), options))).toEqual(['a', 'b']);
});

test('lines are read across the pieces of a file, whatever their length', async () => {
  const texts = [1, 300_000, 262_143, 262_144, 5].map((length) => 'ä'.repeat(length));
  write('x', ...texts.map((text) => `${text}\n`));
  const lines: string[] = [];
  let place = 0;
  const onPlace = (byte: number) => {
    place = byte;
  };
  for await (const line of readLines(join(directory, 'x'), { fromByte: 0, onPlace })) lines.push(line);
  expect(lines.map((line) => line === texts[lines.indexOf(line)])).toEqual([true, true, true, true, true]);
  expect(place).toBe(texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0));
});

test('there is nothing to find where nothing was written', async () => {
  expect(await listDocumentFiles(join(directory, 'none'))).toEqual([]);
});

test('what is written later is found, in files that begin later, too, and once', async () => {
  const first = join(directory, 'harborlight.event-2026-11-21.ndjson');
  writeFileSync(first, lineOf(1, 'before'));
  const places = new Map([[first, lineOf(1, 'before').length]]);
  const abort = new AbortController();
  const found: unknown[] = [];
  const following = (async () => {
    const list = () => listDocumentFiles(directory);
    for await (const one of follow({ list, places, find }, abort.signal)) found.push(messageOf(one));
  })();
  appendFileSync(first, lineOf(2, 'a'));
  await vi.waitFor(() => expect(found).toEqual(['a']), LONG);
  const half = lineOf(3, 'b');
  appendFileSync(first, half.slice(0, 20));
  writeFileSync(join(directory, 'harborlight.event-2026-11-21.1.ndjson'), lineOf(4, 'next part'));
  writeFileSync(join(directory, 'harborlight.event-2026-11-22.ndjson'), lineOf(5, 'next day'));
  await vi.waitFor(() => expect(found).toEqual(['a', 'next part', 'next day']), LONG);
  appendFileSync(first, half.slice(20));
  await vi.waitFor(() => expect(found).toHaveLength(4), LONG);
  expect(found[3]).toBe('b');
  // A sink that starts anew cuts off what it is not sure of.
  writeFileSync(first, lineOf(1, 'before'));
  await new Promise((resolve) => setTimeout(resolve, 500));
  appendFileSync(first, lineOf(6, 'again'));
  await vi.waitFor(() => expect(found[4]).toBe('again'), LONG);
  abort.abort();
  await following;
  expect(found).toHaveLength(5);
});

const document = {
  '@timestamp': '2026-11-21T00:00:01.000000000Z',
  data_stream: { dataset: 'harborlight.event' },
  host: { name: 'edge-1' },
  container: { id: '0aefcf3ce9bf7c', name: 'web' },
  message: 'Grüße "von" web',
  process: { exit_code: 137 },
};
const isFound = (wanted: Parameters<typeof createFinder>[0]) =>
  createFinder(wanted)(JSON.stringify(document)) !== undefined;

test.each([
  { text: 'GRÜSSE' },
  { text: 'exit_code' },
  { text: 'harborlight.event' },
  { container: 'we' },
  { container: '0ae' },
  { container: 'toString' },
  { host: 'edge' },
  { since: '2026-11-21T00:00:01.000000001Z' },
])('%j does not find the document', (wanted) => {
  expect(isFound(wanted)).toBe(false);
});

test.each([
  {},
  { text: 'grüße "von' },
  { text: '137' },
  { text: 'EDGE' },
  { container: 'web' },
  { container: '0aef' },
  { host: 'edge-1' },
  { since: '2026-11-21T00:00:01.000000000Z' },
])('%j finds it', (wanted) => {
  expect(isFound(wanted)).toBe(true);
});
