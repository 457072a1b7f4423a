import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMemoryFile } from '../../../exporter/docker/memory-file.ts';

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-memory-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

const fileOf = async (host = 'edge-1') => {
  const directory = join(await emptyDirectory(), 'data', 'hosts');
  return { directory, file: createMemoryFile(directory, host) };
};

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test('there is nothing before the first write', async () => {
  const { file } = await fileOf();
  expect(file.read()).toBeUndefined();
});

test.each([true, false])('what was written is read, durable: %s', async (isDurable) => {
  const { directory, file } = await fileOf();
  await file.write('ä\u{1F40B}"\n', isDurable);
  expect(createMemoryFile(directory, 'edge-1').read()).toBe('ä\u{1F40B}"\n');
});

test('it is its owner’s alone, and so is its directory', async () => {
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  const { directory, file } = await fileOf();
  await file.write('{}', false);
  expect([await modeOf(directory), await modeOf(file.path)]).toEqual(['700', '600']);
});

test('also where a draft was left that was everybody’s', async () => {
  const { directory, file } = await fileOf();
  await mkdir(directory, { recursive: true });
  await writeFile(`${file.path}.new`, 'x'.repeat(10_000));
  await chmod(`${file.path}.new`, 0o666);
  await file.write('{}', false);
  expect([file.read(), await modeOf(file.path)]).toEqual(['{}', '600']);
});

test('writes come one after another, in the order of the calls', async () => {
  const { directory, file } = await fileOf();
  const texts = Array.from({ length: 50 }, (_, index) => JSON.stringify(String(index).repeat(10_000 - 200 * index)));
  const seen: (string | undefined)[] = [];
  await Promise.all(texts.map((text, index) => file.write(text, index % 10 === 0).then(() => seen.push(file.read()))));
  expect(seen.at(-1)).toBe(texts.at(-1));
  expect(seen.every((text) => text !== undefined && texts.includes(text))).toBe(true);
  expect(await readdir(directory)).toHaveLength(2);
});

describe('at the end of the machine', () => {
  const [first, last] = ['{"exits":1}', '{"exits":2}'];
  const damages: readonly (readonly [what: string, damage: (path: string) => Promise<void>])[] = [
    ['nothing of what it holds', (path) => truncate(path, 0)],
    ['a part of what it holds', (path) => truncate(path, last.length - 1)],
    ['zeros in its place', (path) => writeFile(path, '\0'.repeat(last.length))],
    ['not its name', (path) => rm(path)],
  ];

  test.each(damages)(
    'a file that is not durable leaves %s, and the last durable one is read',
    async (_what, damage) => {
      const { directory, file } = await fileOf();
      await file.write('{"exits":0}', true);
      await file.write(first, true);
      await file.write('{"exits":1.5}', false);
      await file.write(last, false);
      expect(file.read()).toBe(last);
      await damage(file.path);
      expect(createMemoryFile(directory, 'edge-1').read()).toBe(first);
    },
  );

  test('a process that wrote nothing durable has left its first text', async () => {
    const { directory, file } = await fileOf();
    await file.write('{"exits":0}', true);
    const next = createMemoryFile(directory, 'edge-1');
    await next.write(first, false);
    await next.write(last, false);
    await truncate(file.path, 0);
    expect(file.read()).toBe(first);
  });

  test('what is kept is its owner’s alone', async () => {
    const { file } = await fileOf();
    await file.write(first, true);
    await file.write(last, false);
    expect(await modeOf(`${file.path}.durable`)).toBe('600');
  });
});

test('what is durable is read though an older durable one is kept', async () => {
  const { file } = await fileOf();
  await file.write('1', true);
  await file.write('2', false);
  await file.write('3', true);
  expect(file.read()).toBe('3');
});

test('a process that ends between draft and name leaves the old text', async () => {
  const { file } = await fileOf();
  await file.write('old', true);
  await writeFile(`${file.path}.new`, 'ne');
  expect(file.read()).toBe('old');
  await file.write('new', true);
  expect(file.read()).toBe('new');
});

test('a write that fails says so, leaves the old text, and the next one is as good as any', async () => {
  const { file } = await fileOf();
  await file.write('old', false);
  await mkdir(`${file.path}.new`);
  const failed = file.write('lost', false);
  const next = file.write('also lost', true);
  await expect(failed).rejects.toThrow('EISDIR');
  await expect(next).rejects.toThrow('EISDIR');
  expect(file.read()).toBe('old');
  await rm(`${file.path}.new`, { recursive: true });
  await file.write('new', false);
  expect(file.read()).toBe('new');
});

test('what is there and cannot be read is an error, with its path and its cause', async () => {
  const { directory, file } = await fileOf();
  await mkdir(file.path, { recursive: true });
  expect(() => file.read()).toThrow(`read ${file.path}`);
  expect(await readdir(directory)).toHaveLength(1);
});

test.each(['../../etc/passwd', '/', '..', 'a\0b', 'x'.repeat(5000), 'ü/☃', 'con', ''])(
  'R62: whatever a host is called, its file is in the directory: %j',
  async (host) => {
    const { directory, file } = await fileOf(host);
    await file.write('{}', false);
    expect(await readdir(directory)).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.json$/)]);
    expect(await readFile(file.path, 'utf8')).toBe('{}');
  },
);

test('two hosts have two files', async () => {
  const directory = await emptyDirectory();
  const [one, other] = [createMemoryFile(directory, 'edge-1'), createMemoryFile(directory, 'edge-2')];
  await one.write('one', false);
  await other.write('other', false);
  expect([one.read(), other.read()]).toEqual(['one', 'other']);
});
