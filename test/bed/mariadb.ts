import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, untilUp } from './child.ts';
import { command, plainEnvironment, runCommand } from './command.ts';
import { freePort } from './free-port.ts';

export interface MariadbOptions {
  /** As on mariadbd's command line: `--max-connect-errors=3`. */
  readonly args?: readonly string[];
  /** A folder that `certificates` made: then it speaks TLS too. */
  readonly certificates?: string;
  /** Lines of a hosts file that it alone sees: it names its clients by what the system's resolver says of them. */
  readonly hosts?: readonly string[];
}

export interface Mariadb {
  /** 127.0.0.1:PORT */
  readonly address: string;
  readonly log: () => string;
  /** What its client prints, as root. */
  readonly sql: (text: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts a real MariaDB with a folder of its own on a free port of 127.0.0.1: about 3.5 s, most of it mariadb-install-db. */
export const startMariadb = async (options: MariadbOptions = {}): Promise<Mariadb> => {
  const { args = [], certificates, hosts = [] } = options;
  const directory = await mkdtemp(join(tmpdir(), 'mariadb-test-'));
  const socket = join(directory, 'socket');
  const port = String(await freePort());
  const env = { ...plainEnvironment(), HOME: directory };
  const client = ['--no-defaults', `--socket=${socket}`, '--user=root'];
  const common = ['--no-defaults', '--user=mysql', `--datadir=${join(directory, 'data')}`, ...SMALL];
  await prepare({ directory, common, hosts, certificates }).catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
  // Its own mount namespace, which shows it another hosts file.
  const shown = 'mount --bind "$1" /etc/hosts && shift && exec /usr/sbin/mariadbd "$@"';
  const child = startChild(
    'unshare',
    [
      ...['--mount', 'sh', '-c', shown, 'sh', join(directory, 'hosts'), ...common],
      ...['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${socket}`, ...args],
      ...(certificates === undefined ? [] : tls(directory)),
    ],
    { cwd: directory, env },
  );
  const stop = async () => {
    child.signal('SIGKILL');
    await child.ended;
    await rm(directory, { recursive: true, force: true });
  };
  const ping = async () => (await runCommand('mariadb-admin', [...client, 'ping'])).exitCode === 0;
  await untilUp(child, ping).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    address: `127.0.0.1:${port}`,
    log: child.log,
    sql: (text) => command('mariadb', [...client, '--batch', '--skip-column-names', '-e', text]),
    stop,
  };
};

const SMALL = ['--innodb-log-file-size=4M', '--innodb-buffer-pool-size=8M', '--innodb-flush-log-at-trx-commit=0'];

interface Preparation {
  readonly directory: string;
  readonly common: readonly string[];
  readonly hosts: readonly string[];
  readonly certificates: string | undefined;
}

const prepare = async ({ directory, common, hosts, certificates }: Preparation): Promise<void> => {
  await writeFile(join(directory, 'hosts'), ['127.0.0.1 localhost', ...hosts, ''].join('\n'));
  for (const name of certificates === undefined ? [] : ['ca.pem', 'server-cert.pem', 'server-key.pem']) {
    await copyFile(join(certificates ?? '', name), join(directory, name));
  }
  await command('chown', ['-R', 'mysql:', directory]);
  await command('mariadb-install-db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db']);
};

const tls = (directory: string): readonly string[] => [
  `--ssl-ca=${join(directory, 'ca.pem')}`,
  `--ssl-cert=${join(directory, 'server-cert.pem')}`,
  `--ssl-key=${join(directory, 'server-key.pem')}`,
];
