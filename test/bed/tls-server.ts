import { accepts } from './accepts.ts';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';

export interface TlsServer {
  /** 127.0.0.1:PORT */
  readonly address: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

export interface TlsServerOptions {
  /** A folder of `tls-certificates`, and which of it is shown. */
  readonly folder: string;
  readonly certificate: string;
  /** A file of certificates that are sent after it. */
  readonly chain?: string;
  /** `-tls1_2`, `-ciphersuites` … */
  readonly flags?: readonly string[];
}

/** Starts OpenSSL's own server on a free port of 127.0.0.1. */
export const startTlsServer = async ({
  folder,
  certificate,
  chain,
  flags = [],
}: TlsServerOptions): Promise<TlsServer> => {
  const port = await freePort();
  const files = [
    '-cert',
    `${certificate}.pem`,
    '-key',
    `${certificate}.key`,
    ...(chain === undefined ? [] : ['-cert_chain', chain]),
  ];
  const child = startChild(
    '/usr/bin/openssl',
    ['s_server', '-www', '-accept', `127.0.0.1:${port}`, ...files, ...flags],
    {
      cwd: folder,
      env: plainEnvironment(),
    },
  );
  await untilUp(child, () => accepts(port)).catch(async (error: unknown) => {
    await child.stop();
    throw error;
  });
  return { address: `127.0.0.1:${port}`, port, stop: child.stop };
};
