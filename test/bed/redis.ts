import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment, runCommand } from './command.ts';
import { freePort } from './free-port.ts';

export interface RedisOptions {
  /** As on redis-server's command line: `--requirepass`, `…`. */
  readonly args?: readonly string[];
  /** A folder that `certificates` made: then it speaks only TLS. */
  readonly certificates?: string;
  /** Where its dump lies; by default an empty folder that ends with it. */
  readonly directory?: string;
}

export interface Redis {
  /** 127.0.0.1:PORT */
  readonly address: string;
  readonly log: () => string;
  /** What redis-cli prints; not by TLS. */
  readonly cli: (...args: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts a real Redis on a free port of 127.0.0.1: about 0.1 s. */
export const startRedis = async ({ args = [], certificates, directory }: RedisOptions = {}): Promise<Redis> => {
  const own = directory ?? (await mkdtemp(join(tmpdir(), 'redis-test-')));
  const port = String(await freePort());
  const ports =
    certificates === undefined ? ['--port', port] : [...tls(certificates), '--tls-port', port, '--port', '0'];
  const child = startChild('/usr/bin/redis-server', ['--bind', '127.0.0.1', '--save', '', ...ports, ...args], {
    cwd: own,
    env: plainEnvironment(),
  });
  const stop = async () => {
    // A script that does not end, or a dump that is still read, does not heed SIGTERM.
    child.signal('SIGKILL');
    await child.ended;
    if (directory === undefined) await rm(own, { recursive: true, force: true });
  };
  await untilUp(child, () => accepts(Number(port))).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    address: `127.0.0.1:${port}`,
    log: child.log,
    cli: async (...words) => (await runCommand('/usr/bin/redis-cli', ['-p', port, ...words])).stdout.trim(),
    stop,
  };
};

const tls = (directory: string): readonly string[] => [
  ...['--tls-cert-file', join(directory, 'server-cert.pem'), '--tls-key-file', join(directory, 'server-key.pem')],
  ...['--tls-ca-cert-file', join(directory, 'ca.pem'), '--tls-auth-clients', 'no'],
];

/** Whether anybody listens there. */
const accepts = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
