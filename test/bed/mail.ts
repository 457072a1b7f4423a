import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepts } from './accepts.ts';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';

export interface MailServer {
  /** 127.0.0.1:PORT */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** Starts a real aiosmtpd on a free port of 127.0.0.1: SMTP, with STARTTLS where it gets the folder of `certificates`. */
export const startAiosmtpd = async (certificates?: string): Promise<MailServer> => {
  const port = await freePort();
  const tls = [
    '--no-requiretls',
    '--tlscert',
    `${certificates}/server-cert.pem`,
    '--tlskey',
    `${certificates}/server-key.pem`,
  ];
  const child = startChild(
    '/usr/bin/python3',
    [
      '-m',
      'aiosmtpd',
      '-n',
      '-l',
      `127.0.0.1:${port}`,
      ...(certificates === undefined ? [] : tls),
      '-c',
      'aiosmtpd.handlers.Sink',
    ],
    { cwd: '/', env: plainEnvironment() },
  );
  await untilUp(child, () => accepts(port)).catch(async (error: unknown) => {
    await child.stop();
    throw error;
  });
  return { address: `127.0.0.1:${port}`, stop: child.stop };
};

/** Starts a real dovecot on a free port of 127.0.0.1: IMAP with STARTTLS, as root. */
export const startDovecot = async (certificates: string): Promise<MailServer> => {
  const directory = await mkdtemp(join(tmpdir(), 'dovecot-test-'));
  // Its processes that talk to strangers run as nobody in particular.
  await chmod(directory, 0o755);
  const port = await freePort();
  const settings = `
base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${certificates}/server-cert.pem
ssl_key = <${certificates}/server-key.pem
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=dovecot gid=dovecot home=${directory}/home
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`;
  await writeFile(join(directory, 'dovecot.conf'), settings);
  const child = startChild('/usr/sbin/dovecot', ['-F', '-c', join(directory, 'dovecot.conf')], {
    cwd: directory,
    env: plainEnvironment(),
  });
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  await untilUp(child, () => accepts(port)).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { address: `127.0.0.1:${port}`, stop };
};
