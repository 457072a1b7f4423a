import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { CliContext } from '../../../exporter/cli/command.ts';
import { runCli } from '../../../exporter/cli/index.ts';
import { createContext } from './context.ts';

/** On a machine with other things to do. */
const LONG = { timeout: 8000 };

let cwd: string;
let documents: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'harborlight-logs-'));
  documents = join(cwd, 'data', 'documents');
  mkdirSync(documents, { recursive: true });
  writeFileSync(join(cwd, 'harborlight.yml'), `paths:\n  data: ${join(cwd, 'data')}\n`);
  onTestFinished(() => rmSync(cwd, { recursive: true }));
});

const lineOf = (time: string, dataset: string, message: string) =>
  `${JSON.stringify({ '@timestamp': time, data_stream: { dataset: `harborlight.${dataset}` }, host: { name: 'edge-1' }, message })}\n`;
const write = (dataset: string, day: string, ...messages: readonly string[]) =>
  writeFileSync(
    join(documents, `harborlight.${dataset}-${day}.ndjson`),
    messages.map((message, at) => lineOf(`${day}T00:00:0${at}.000000000Z`, dataset, message)).join(''),
  );
const messagesIn = (text: string) =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { readonly message: string }).message);

async function logs(args: readonly string[], given: Partial<CliContext> = {}) {
  const { context, out, err } = createContext({ cwd, argv: ['logs', ...args], ...given });
  return { code: await runCli(context), out: out(), err: err() };
}

test('what is found comes as NDJSON in a pipe, in the order of time', async () => {
  write('event', '2026-11-21', 'web started', 'db started');
  write('health', '2026-11-20', 'web is healthy');
  const { code, out, err } = await logs([]);
  expect([code, messagesIn(out), err]).toEqual([0, ['web is healthy', 'web started', 'db started'], '']);
});

test('a text, a dataset and a number narrow it down', async () => {
  write('event', '2026-11-21', 'web started', 'db started', 'web ended');
  write('health', '2026-11-21', 'web is healthy');
  expect(messagesIn((await logs(['WEB', '--dataset', 'event'])).out)).toEqual(['web started', 'web ended']);
  expect(messagesIn((await logs(['--limit', '1', 'web'])).out)).toEqual(['web ended']);
  expect(messagesIn((await logs(['--host', 'edge-2'])).out)).toEqual([]);
});

test('--since takes a stretch or a time', async () => {
  write('event', '2026-11-21', 'a', 'b');
  expect(messagesIn((await logs(['--since', '2026-11-21T00:00:01Z'])).out)).toEqual(['b']);
  const now = new Date().toISOString();
  writeFileSync(
    join(documents, `harborlight.event-${now.slice(0, 10)}.ndjson`),
    lineOf(now.replace('Z', '000000Z'), 'event', 'now'),
  );
  expect(messagesIn((await logs(['--since', '10m'])).out)).toEqual(['now']);
});

test.each([
  [['--since', 'yesterday'], '--since: neither a duration nor a time'],
  [['--dataset', 'nothing'], '--dataset: there is no such dataset'],
  [['--limit', '-1'], '--limit: a number'],
])('%j is told and searches nothing', async (args, message) => {
  const { code, out, err } = await logs(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

test('on a terminal it is for people, without what a document would make of it', async () => {
  write('event', '2026-11-21', 'web \u001b[2Jstarted\u0007');
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true });
  const stdout = terminal();
  await logs([], { stdout });
  const shown = String(stdout.read());
  expect(shown).toContain('\u001b[1medge-1\u001b[0m web started\n');
  const plain = terminal();
  await logs([], { stdout: plain, env: { NO_COLOR: '1' } });
  expect(String(plain.read())).toMatch(/^2026-11-2\d \d\d:\d\d:00\.000 event {5}edge-1 web started\n$/);
  const json = terminal();
  await logs(['--json'], { stdout: json });
  expect(messagesIn(String(json.read()))).toEqual(['web \u001b[2Jstarted\u0007']);
});

test('it follows until it is stopped, over midnight', async () => {
  write('event', '2026-11-21', 'before');
  const stopping = new AbortController();
  const stdout = new PassThrough();
  const done = logs(['--follow'], { stdout, signal: stopping.signal });
  let out = '';
  stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  await vi.waitFor(() => expect(messagesIn(out)).toEqual(['before']), LONG);
  appendFileSync(
    join(documents, 'harborlight.event-2026-11-21.ndjson'),
    lineOf('2026-11-21T23:59:59.0Z', 'event', 'late'),
  );
  await vi.waitFor(() => expect(messagesIn(out)).toEqual(['before', 'late']), LONG);
  write('event', '2026-11-22', 'next day');
  await vi.waitFor(() => expect(messagesIn(out)).toEqual(['before', 'late', 'next day']), LONG);
  stopping.abort();
  expect((await done).code).toBe(0);
});

test('whoever reads and goes ends it quietly', async () => {
  write('event', '2026-11-21', ...Array.from({ length: 10 }, (_, at) => `event ${at}`));
  const stdout = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  });
  expect(await logs(['--follow'], { stdout })).toMatchObject({ code: 0, err: '' });
});
