import { join } from 'node:path';
import { command } from '../bed/command.ts';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { type Podman, startPodman } from '../bed/podman.ts';
import { startOneOfEach, startSomeOnPodman } from './one-of-each.ts';

/** The ways to a Docker engine, and the names of the hosts: the last two lead to engines that are watched directly too. */
export const DOCKER_HOSTS = ['engine-28', 'containerd-store', 'engine-20', 'over-ssh', 'over-tls'] as const;
export type DockerHost = (typeof DOCKER_HOSTS)[number];

export interface SixEngines {
  readonly engines: Readonly<Record<DockerHost, Engine>>;
  readonly podman: Podman;
  readonly exporter: Exporter;
  readonly stop: () => Promise<void>;
}

/** One exporter on Docker 28 with both image stores, on 20.10, on Podman, and again on two of them over ssh and by TLS. */
export const startSixEngines = async (): Promise<SixEngines> => {
  const [engine28, store, engine20, podman] = await Promise.all([
    startEngine({ version: '28' }),
    startEngine({ version: '28', dockerdArgs: ['--feature', 'containerd-snapshotter=true'] }),
    startEngine({ version: '20', tls: true }),
    startPodman(),
  ]);
  const engines = {
    'engine-28': engine28,
    'containerd-store': store,
    'engine-20': engine20,
    'over-ssh': engine28,
    'over-tls': engine20,
  };
  await Promise.all([
    ...[engine28, store, engine20].map(({ docker }) => startOneOfEach(docker)),
    startSomeOnPodman(podman.docker),
  ]);
  const doomed = await Promise.all([engine28, engine20].map(leaveDead));
  const exporter = await startExporter({ config: { hosts: await configure(engines, podman) } });
  return {
    engines,
    podman,
    exporter,
    stop: async () => {
      await exporter.stop();
      for (const file of doomed) await command('chattr', ['-i', file]);
      await Promise.all([engine28, store, engine20, podman].map((part) => part.stop()));
    },
  };
};

/** An engine that cannot delete a container's files leaves it dead. Gives the file that must be let go in the end. */
const leaveDead = async ({ docker }: Engine): Promise<string> => {
  const layer = await docker('inspect', '--format', '{{.GraphDriver.Data.UpperDir}}', 'doomed');
  const file = join(layer, 'left-behind');
  await command('chattr', ['+i', file]);
  await docker('rm', 'doomed').then(
    () => Promise.reject(new Error('leave a container dead: it was removed')),
    () => undefined,
  );
  return file;
};

const configure = async (engines: SixEngines['engines'], podman: Podman): Promise<readonly object[]> => {
  const { url, keyFile, knownHostsFile } = await engines['over-ssh'].ssh();
  const { socketPath: socketOf28 } = engines['over-ssh'];
  const { socketPath, dockerHost, certPath = '' } = engines['over-tls'];
  const tls = {
    ca_file: join(certPath, 'ca.pem'),
    cert_file: join(certPath, 'cert.pem'),
    key_file: join(certPath, 'key.pem'),
  };
  return [
    { name: 'engine-28', url: engines['engine-28'].dockerHost },
    { name: 'containerd-store', url: engines['containerd-store'].dockerHost },
    { name: 'engine-20', url: `unix://${socketPath}` },
    { name: 'over-ssh', url: url + socketOf28, ssh: { key_file: keyFile, known_hosts_file: knownHostsFile } },
    { name: 'over-tls', url: dockerHost, tls },
    { name: 'podman', url: podman.dockerHost },
  ];
};
