import { Resolver } from 'node:dns/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';

export interface Dnsmasq {
  /** 127.0.0.1:PORT */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** Starts a real dnsmasq on a free port of 127.0.0.1, with authority over zone.example; `records` are lines of its file. */
export const startDnsmasq = async (records: readonly string[]): Promise<Dnsmasq> => {
  const directory = await mkdtemp(join(tmpdir(), 'dnsmasq-test-'));
  const port = await freePort();
  const lines = [
    `port=${port}`,
    'listen-address=127.0.0.1',
    'bind-interfaces',
    'no-resolv',
    'no-hosts',
    'keep-in-foreground',
    'user=root',
    'auth-zone=zone.example',
    'auth-server=ns.zone.example,lo',
    'auth-soa=2025010101',
    ...records,
  ];
  await writeFile(join(directory, 'dnsmasq.conf'), `${lines.join('\n')}\n`);
  const child = startChild('/usr/sbin/dnsmasq', ['--conf-file=dnsmasq.conf', '--pid-file='], {
    cwd: directory,
    env: plainEnvironment(),
  });
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  const resolver = new Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  await untilUp(child, async () => (await resolver.resolveSoa('zone.example')).serial > 0).catch(
    async (error: unknown) => {
      await stop();
      throw error;
    },
  );
  return { address: `127.0.0.1:${port}`, stop };
};
