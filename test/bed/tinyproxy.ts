import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';

export interface Tinyproxy {
  readonly url: string;
  /** What it has logged: a line for each request. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** Starts a real tinyproxy on a free port of 127.0.0.1. */
export const startTinyproxy = async (): Promise<Tinyproxy> => {
  const directory = await mkdtemp(join(tmpdir(), 'tinyproxy-test-'));
  const port = await freePort();
  const lines = [
    `Port ${port}`,
    'Listen 127.0.0.1',
    'Timeout 20',
    'MaxClients 20',
    'LogLevel Connect',
    'DisableViaHeader Yes',
  ];
  await writeFile(join(directory, 'tinyproxy.conf'), `${lines.join('\n')}\n`);
  const child = startChild('/usr/bin/tinyproxy', ['-d', '-c', 'tinyproxy.conf'], {
    cwd: directory,
    env: plainEnvironment(),
  });
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  await untilUp(child, answers).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url: `http://127.0.0.1:${port}`, log: child.log, stop };
};
