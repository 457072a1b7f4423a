import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ProbeFailure } from '../failure.ts';

/** Where systems keep ping. A fixed list: what stands in our own environment is nobody's business here. */
export const PING_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'] as const;

export const NO_PING = 'there is no program `ping` on this system';

/** ping ends by itself after this, should this process be gone: until then the probe's own deadline counts. */
const PATIENCE_SECONDS = 60;
/** One reply takes 200 bytes. */
const MAX_OUTPUT = 8 * 1024;

/** Whether there is a ping in one of the folders. */
export function hasPing(folders: readonly string[]): boolean {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, 'ping'), constants.X_OK);
      return true;
    } catch {
      // Not there, or not for us.
      return false;
    }
  });
}

/** Sends one echo request to an address, without a shell; resolves with what ping printed, killed with the signal. */
export function runPing(address: string, folders: readonly string[], signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  // One output for both streams: a failure is told on either.
  const child = spawn('ping', ['-n', '-c', '1', '-W', String(PATIENCE_SECONDS), address], {
    env: { PATH: folders.join(delimiter), LC_ALL: 'C' },
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString('latin1');
    if (output.length > MAX_OUTPUT) child.kill('SIGKILL');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject('code' in error && error.code === 'ENOENT' ? new ProbeFailure(NO_PING, { cause: error }) : error);
    });
    child.once('close', () => resolve(output));
  });
}
