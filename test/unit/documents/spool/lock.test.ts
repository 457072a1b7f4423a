import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireLock, SpoolLockedError } from '../../../../exporter/documents/spool/lock.ts';
import { temporaryDirectory } from './opened.ts';

test('a lock is held by one at a time, and can be had again when it was let go', async () => {
  const directory = await temporaryDirectory();
  const lock = await acquireLock(directory, 'the first');
  const tooLate = acquireLock(directory, 'the second');
  await expect(tooLate).rejects.toThrow(SpoolLockedError);
  await expect(tooLate).rejects.toThrow(/in use by the first: stop that one first/);
  await lock.release();
  await (await acquireLock(directory, 'the second')).release();
});

test('a directory may be deeper than the path of a socket', async () => {
  const directory = join(await temporaryDirectory(), 'a'.repeat(100), 'b'.repeat(100));
  await mkdir(directory, { recursive: true });
  const lock = await acquireLock(directory, 'the first');
  await expect(acquireLock(directory, 'the second')).rejects.toThrow(/in use by the first/);
  await lock.release();
});

test('the lock of a process that was killed is taken over; of one that is stopped it is not', async () => {
  const directory = await temporaryDirectory();
  const program = `require('net').createServer().listen(${JSON.stringify(join(directory, 'lock'))}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGSTOP');
  await expect(acquireLock(directory, 'the second')).rejects.toThrow(/in use by a process that does not answer/);
  child.kill('SIGKILL');
  await ended;
  await (await acquireLock(directory, 'the second')).release();
});

test('of many that find the lock of a dead process at once, one has it', async () => {
  const directory = await temporaryDirectory();
  const program = `require('net').createServer().listen(${JSON.stringify(join(directory, 'lock'))}, () => process.kill(process.pid, 'SIGKILL'))`;
  const child = spawn(process.execPath, ['--eval', program], { stdio: 'inherit' });
  await new Promise((resolve) => child.once('exit', resolve));
  const tries = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => acquireLock(directory, `number ${at}`)));
  const locks = tries.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]?.release();
});
