import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';

export interface NginxOptions<P extends string> {
  /** Each gets a free port. */
  readonly ports: readonly P[];
  /** What nginx.conf holds within `http { … }`; relative paths count from a folder of its own. */
  readonly http: (ports: Readonly<Record<P, number>>) => string;
  /** Files of that folder. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

export interface Nginx<P extends string> {
  readonly ports: Readonly<Record<P, number>>;
  readonly directory: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Starts a real nginx, one process in a folder of its own. The first port must take connections on 127.0.0.1. */
export const startNginx = async <P extends string>({
  ports: names,
  http,
  files = {},
}: NginxOptions<P>): Promise<Nginx<P>> => {
  const directory = await mkdtemp(join(tmpdir(), 'nginx-test-'));
  const found: (readonly [string, number])[] = [];
  for (const name of names) found.push([name, await freePort()]);
  // Every name has its port.
  const ports = Object.fromEntries(found) as Record<P, number>;
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  const temporary = TEMPORARY.map((name) => `${name}_temp_path ${name};`).join(' ');
  await writeFile(
    join(directory, 'nginx.conf'),
    `daemon off; master_process off; pid nginx.pid; error_log stderr warn; events {}
http { access_log off; ${temporary} ${http(ports)} }\n`,
  );
  const child = startChild('/usr/sbin/nginx', ['-p', directory, '-c', 'nginx.conf', '-e', 'stderr'], {
    cwd: directory,
    env: plainEnvironment(),
  });
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  await untilUp(child, () =>
    fetch(`http://127.0.0.1:${found[0]?.[1] ?? 0}/`).then(
      () => true,
      () => false,
    ),
  ).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { ports, directory, log: child.log, stop };
};
