import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../../exporter/cli/index.ts';
import { openDeadLetters } from '../../../exporter/documents/dead-letters.ts';
import { idOf, numbered, numberedFrom } from '../documents/spool/documents.ts';
import { opened, temporaryDirectory } from '../documents/spool/opened.ts';
import { createContext } from './context.ts';

const run = async (cwd: string, ...argv: readonly string[]) => {
  const { context, out, err } = createContext({ argv, cwd });
  const code = await runCli(context);
  return { code, out: out(), err: err() };
};

describe('spool status', () => {
  test('tells what waits for each sink while the exporter runs', async () => {
    const cwd = await temporaryDirectory();
    const directory = join(cwd, 'data', 'spool');
    const spool = await opened({ directory, nowMs: () => 1_795_000_000_000 });
    await spool.append(numberedFrom(1, 3));
    const { code, out } = await run(cwd, 'spool', 'status');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      `${directory}: 0.0 MiB in 1 segment`,
      'sink  waiting  size     oldest                    lost',
      'file  3        0.0 MiB  2026-11-18T11:06:40.000Z  0',
      '',
    ]);
    const json = await run(cwd, 'spool', 'status', '--json');
    expect(JSON.parse(json.out)).toEqual(spool.status());
  });

  test('says that there is none, and what is wrong with the configuration', async () => {
    const cwd = await temporaryDirectory();
    expect(await run(cwd, 'spool', 'status')).toMatchObject({ code: 1, out: '', err: /^there is no spool in / });
    expect(await run(cwd, 'spool', 'status', '--config', 'none.yml')).toMatchObject({ code: 2, out: '' });
    expect(await run(cwd, 'spool')).toMatchObject({ code: 2, out: '' });
  });
});

describe('dead-letters', () => {
  const withLetters = async () => {
    const cwd = await temporaryDirectory();
    const directory = join(cwd, 'data', 'dead-letters');
    const of = (number: number) => ({
      document: { ...numbered(number), position: number, storedAtMs: 1000 },
      status: 400,
      reason: 'field \u001b[31mx\u001b[0m of \u009b2J the wrong type',
      atMs: Date.UTC(2026, 10, 28),
    });
    const [one, other] = await Promise.all(['one', 'other'].map((sink) => openDeadLetters({ directory, sink })));
    await one?.add(of(1));
    await one?.add(of(2));
    await other?.add(of(3));
    return { cwd, one, other };
  };
  const [ID1, ID2, ID3] = [idOf(1), idOf(2), idOf(3)];

  test('list tells whose they are, and why, and moves no cursor', async () => {
    const { cwd } = await withLetters();
    const { code, out } = await run(cwd, 'dead-letters', 'list');
    expect(code).toBe(0);
    const line = (sink: string, id: string) =>
      `${sink}  ${id}  harborlight.container  2026-11-28T00:00:00.000Z  400  field  x  of  2J the wrong type`;
    expect(out.split('\n')).toEqual([line('one', ID1), line('one', ID2), line('other', ID3), '']);
    const json = await run(cwd, 'dead-letters', 'list', '--json', '--sink', 'other');
    expect(JSON.parse(json.out)).toMatchObject({ sink: 'other', id: ID3, status: 400, resend: false });
    expect(json.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  test('show prints the document', async () => {
    const { cwd } = await withLetters();
    const { code, out } = await run(cwd, 'dead-letters', 'show', '--', ID2);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ number: 2, padding: '' });
    expect(await run(cwd, 'dead-letters', 'show', 'nope')).toEqual({ code: 1, out: '', err: 'no dead letter nope\n' });
  });

  test('resend marks those that are named for the exporter, drop deletes them', async () => {
    const { cwd, one, other } = await withLetters();
    expect(await run(cwd, 'dead-letters', 'resend', '--', ID2, ID3)).toEqual({ code: 0, out: '2\n', err: '' });
    expect((await one?.toResend(10))?.map(({ document }) => document.id)).toEqual([ID2]);
    expect((await other?.toResend(10))?.map(({ document }) => document.id)).toEqual([ID3]);
    expect((await run(cwd, 'dead-letters', 'list')).out).toMatch(/\(to be sent again\)/);
    expect(await run(cwd, 'dead-letters', 'drop', '--sink', 'one', '--all')).toMatchObject({ code: 0, out: '2\n' });
    expect((await run(cwd, 'dead-letters', 'list')).out.split('\n')).toHaveLength(2);
  });

  test.each([['resend'], ['drop'], ['drop', '--all', 'x'], ['show'], ['nope'], []])(
    'wrong usage %j %j %j changes nothing',
    async (...words) => {
      const { cwd } = await withLetters();
      expect(await run(cwd, 'dead-letters', ...words)).toMatchObject({ code: 2, out: '' });
      expect((await run(cwd, 'dead-letters', 'list')).out.split('\n')).toHaveLength(4);
    },
  );
});
