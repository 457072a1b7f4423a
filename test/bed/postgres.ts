import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild, untilUp } from './child.ts';
import { command, plainEnvironment, runCommand } from './command.ts';
import { freePort } from './free-port.ts';

export interface PostgresOptions {
  /** As in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Lines of pg_hba.conf after those that let the user postgres in. */
  readonly access?: readonly string[];
  /** A folder that `certificates` made: then it speaks TLS too. */
  readonly certificates?: string;
}

export interface Postgres {
  /** 127.0.0.1:PORT */
  readonly address: string;
  /** Of the present process, and of those before it. */
  readonly log: () => string;
  /** What psql prints, as the user postgres. */
  readonly sql: (text: string) => Promise<string>;
  /** Another pg_hba.conf, taken over at once. */
  readonly allow: (access: readonly string[]) => Promise<void>;
  /** Begins anew with other settings; `standby` waits for a primary that it does not have. */
  readonly restart: (settings: Readonly<Record<string, string>>, mode?: 'standby') => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly stop: () => Promise<void>;
}

const programs = '/usr/lib/postgresql/15/bin';

/** Starts a real PostgreSQL 15 with a cluster of its own on a free port of 127.0.0.1: about 2 s, most of it initdb. */
export const startPostgres = async (options: PostgresOptions = {}): Promise<Postgres> => {
  const { settings = {}, access = [], certificates } = options;
  const directory = await mkdtemp(join(tmpdir(), 'postgres-test-'));
  const cluster = join(directory, 'data');
  const port = String(await freePort());
  const env = { ...plainEnvironment(), HOME: directory };
  let child: Child | undefined;
  const logs: string[] = [];
  const halt = async () => {
    // At once, without waiting for sessions: nothing of it is needed any more.
    child?.signal('SIGQUIT');
    await child?.ended;
    logs.push(child?.log() ?? '');
    child = undefined;
  };
  const stop = async () => {
    await halt();
    await rm(directory, { recursive: true, force: true });
  };
  const writeAccess = (lines: readonly string[]) =>
    writeFile(join(cluster, 'pg_hba.conf'), [...OWN_ACCESS, ...lines, ''].join('\n'));
  const begin = async (more: Readonly<Record<string, string>>, mode?: 'standby') => {
    const given = { ...SETTINGS, port, ...(certificates !== undefined && { ssl: 'on' }), ...more };
    const flags = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    child = startChild('setpriv', [...AS_POSTGRES, `${programs}/postgres`, '-D', cluster, ...flags], {
      cwd: directory,
      env,
    });
    // 1: it listens, and takes nobody: a standby without a primary for ever, another while it starts.
    const begun = mode === 'standby' ? [0, 1] : [0];
    await untilUp(child, async () => begun.includes((await isReady(port)) ?? -1));
  };
  const prepare = async () => {
    await command('chown', ['postgres:', directory]);
    const initdb = [`${programs}/initdb`, '-N', '-A', 'trust', '-U', 'postgres', '--locale=C', '-D', cluster];
    await command('setpriv', [...AS_POSTGRES, ...initdb], { env, cwd: directory });
    await writeAccess(access);
    if (certificates !== undefined) await installCertificates(certificates, cluster);
    await begin(settings);
  };
  await prepare().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    address: `127.0.0.1:${port}`,
    log: () => logs.join('') + (child?.log() ?? ''),
    sql: (text) =>
      command(`${programs}/psql`, ['-h', '127.0.0.1', '-p', port, '-U', 'postgres', '-AtXc', text], { env }),
    allow: async (lines) => {
      await writeAccess(lines);
      await command(`${programs}/psql`, ['-h', '127.0.0.1', '-p', port, '-U', 'postgres', '-c', RELOAD], { env });
    },
    restart: async (more, mode) => {
      await halt();
      if (mode === 'standby') await writeFile(join(cluster, 'standby.signal'), '');
      await begin(more, mode);
    },
    signal: (signal) => child?.signal(signal),
    stop,
  };
};

const RELOAD = 'SELECT pg_reload_conf()';
/** It refuses to run as root. */
const AS_POSTGRES = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
const OWN_ACCESS = ['host all postgres 127.0.0.1/32 trust'];
/** Nothing is kept, and nothing outside its folder. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  shared_buffers: '1MB',
  dynamic_shared_memory_type: 'mmap',
};

const isReady = async (port: string): Promise<number | null> =>
  (await runCommand(`${programs}/pg_isready`, ['-q', '-h', '127.0.0.1', '-p', port])).exitCode;

const installCertificates = async (from: string, cluster: string): Promise<void> => {
  for (const [source, target] of [
    ['server-cert.pem', 'server.crt'],
    ['server-key.pem', 'server.key'],
  ] as const) {
    await copyFile(join(from, source), join(cluster, target));
    await chmod(join(cluster, target), 0o600);
    await command('chown', ['postgres:', join(cluster, target)]);
  }
};
