import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepts } from './accepts.ts';
import { startChild, untilUp } from './child.ts';
import { plainEnvironment } from './command.ts';
import { freePort } from './free-port.ts';

export interface Etcd {
  /** 127.0.0.1:PORT, of its gRPC. */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** Starts a real etcd on free ports of 127.0.0.1, with TLS where it gets the folder of `certificates`. */
export const startEtcd = async (certificates?: string): Promise<Etcd> => {
  const directory = await mkdtemp(join(tmpdir(), 'etcd-test-'));
  const [port, peerPort] = [await freePort(), await freePort()];
  const url = `${certificates === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const tls = [`--cert-file=${certificates}/server-cert.pem`, `--key-file=${certificates}/server-key.pem`];
  const child = startChild(
    '/usr/bin/etcd',
    [
      '--data-dir=data',
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      ...(certificates === undefined ? [] : tls),
    ],
    { cwd: directory, env: plainEnvironment() },
  );
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
