import { readFile, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Listening } from '../http/server.ts';
import type { DownReason } from '../model/world.ts';
import type { WatchedHost } from '../watched-hosts.ts';

export function announceListening({ url }: Listening, logger: Logger): void {
  logger.info({ url, metrics: `${url}metrics` }, 'listening');
}

/** Says of each engine whether it answers and, if not, what to do. */
export async function announceHosts(hosts: readonly WatchedHost[], logger: Logger): Promise<void> {
  for (const { config } of hosts) logger.info({ host: config.name, url: config.url }, 'watching');
  await Promise.all(
    hosts.map(async ({ config, host }) => {
      await host.attempted;
      const status = host.status();
      if (status.phase !== 'down') return;
      const { reason } = status;
      logger.warn(
        { host: config.name, url: config.url, reason, advice: await advise(config.url, reason) },
        'engine does not answer',
      );
    }),
  );
}

/** What a person can do about an engine that does not answer. */
export async function advise(url: string, reason: DownReason): Promise<string> {
  if (url.startsWith('unix://')) return adviseOnSocket(decodeURIComponent(new URL(url).pathname), reason);
  switch (reason) {
    case 'denied':
      return url.startsWith('ssh:')
        ? 'The server must take the key of ssh.key_file, and its host key must be in ssh.known_hosts_file.'
        : "The engine refuses us, or its certificate is not one of tls.ca_file's: check tls.cert_file, tls.key_file, tls.ca_file.";
    case 'timeout':
      return 'Nothing answers in time: is the address right, and does a firewall stand between?';
    case 'protocol':
      return 'Something answers that is no Docker engine of 20.10 or later: is the port right, and does it want TLS?';
    case 'unreachable':
    case 'internal':
      return 'Does the engine run, and does it listen on this address?';
  }
}

async function adviseOnSocket(path: string, reason: DownReason): Promise<string> {
  const owner = await stat(path).catch(() => undefined);
  if (owner === undefined) {
    return reason === 'denied'
      ? `No right to look at ${path}: run as a user who has it.`
      : `There is no ${path}: is Docker installed and running? Its socket may be elsewhere: set hosts[].url or DOCKER_HOST.`;
  }
  if (reason !== 'denied') return `Nothing answers at ${path}: does the engine run?`;
  const group = (await groupName(owner.gid)) ?? String(owner.gid);
  return `No right to ${path}: it belongs to the group ${group}. Join it (usermod -aG ${group} USER, then log in again), or use another way in.`;
}

async function groupName(gid: number): Promise<string | undefined> {
  const groups = await readFile('/etc/group', 'utf8').catch(() => '');
  return groups
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, , id]) => id === String(gid))?.[0];
}
