import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../config/temporary-folder.ts';

const BIN = fileURLToPath(new URL('../../../exporter/bin.js', import.meta.url));

/** A package of the real bin.js and, in the place of the built program, this one. */
function startBin({ main, args = [], env = {} }: { main?: string; args?: readonly string[]; env?: NodeJS.ProcessEnv }) {
  const folder = temporaryFolder({ 'package.json': '{ "type": "module" }' });
  mkdirSync(join(folder, 'exporter'));
  copyFileSync(BIN, join(folder, 'exporter/bin.js'));
  mkdirSync(join(folder, 'dist'));
  if (main !== undefined) writeFileSync(join(folder, 'dist/main.js'), main);
  const { UV_THREADPOOL_SIZE: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(folder, 'exporter/bin.js'), ...args], { env: { ...inherited, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function ended(child: ChildProcessWithoutNullStreams) {
  const code = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

const TELL = 'console.log(process.env.UV_THREADPOOL_SIZE, ...process.argv.slice(2)); process.exitCode = 7;';

test('the program runs with sixteen threads, with its arguments, and its exit code is passed on', async () => {
  const told = await ended(startBin({ main: TELL, args: ['start', '--config', 'a b.yml'] }));
  expect(told).toEqual({ code: 7, out: '16 start --config a b.yml\n', err: '' });
});

test('a size that was set is left as it is', async () => {
  const told = await ended(startBin({ main: TELL, env: { UV_THREADPOOL_SIZE: '4' } }));
  expect(told).toEqual({ code: 7, out: '4\n', err: '' });
});

test('what was not built says what to do', async () => {
  const told = await ended(startBin({}));
  expect(told).toEqual({ code: 1, out: '', err: 'harborlight is not built yet: run `npm ci`\n' });
});

// SIGINT arrives as SIGTERM: from a terminal the program has it already, and a second one would end it at once.
test.each([
  ['SIGTERM', 'SIGTERM'],
  ['SIGINT', 'SIGTERM'],
  ['SIGHUP', 'SIGHUP'],
] as const)('%s reaches the program as %s', async (sent, received) => {
  const main = `
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => { console.log(name); process.exit(3); });
    setInterval(() => {}, 1000);
    console.log('ready');`;
  const child = startBin({ main });
  child.stdout.once('data', () => void child.kill(sent));
  expect(await ended(child)).toEqual({ code: 3, out: `ready\n${received}\n`, err: '' });
});

test('a program that a signal ended counts as that', async () => {
  const main = "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);";
  expect(await ended(startBin({ main }))).toMatchObject({ code: 137 });
});
