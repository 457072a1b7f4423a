import { join } from 'node:path';
import type { Environment, Setting } from './environment.ts';

export interface DockerEnvironment {
  readonly env: Environment;
  readonly homeDirectory: string;
  readonly isReadable: (path: string) => Promise<boolean>;
}

/** The one engine that the docker client would talk to, if the environment says so. */
export async function readDockerEnvironment(docker: DockerEnvironment): Promise<readonly Setting[]> {
  const { DOCKER_HOST: given } = docker.env;
  if (given === undefined || given === '') return [];
  const url = given.includes('://') ? given : `tcp://${given}`;
  const scheme = url.slice(0, url.indexOf(':'));
  const host = {
    url,
    ...(scheme === 'tcp' && docker.env['DOCKER_TLS_VERIFY'] && { tls: await clientCertificate(docker) }),
    ...(scheme === 'ssh' && { ssh: await sshIdentity(docker) }),
  };
  return [{ path: ['hosts'], value: [host], origin: 'DOCKER_HOST' }];
}

/** For who has no hosts configured: DOCKER_HOST stands above a context, as in the docker client. */
export function contextWarnings(env: Environment): readonly string[] {
  if (!env['DOCKER_CONTEXT'] || env['DOCKER_HOST']) return [];
  return ['DOCKER_CONTEXT is not supported and changes nothing: set DOCKER_HOST, or hosts in the configuration'];
}

/** The authority is needed, the client's own certificate is used where there is one. */
async function clientCertificate({ env, homeDirectory, isReadable }: DockerEnvironment) {
  const folder = env['DOCKER_CERT_PATH'] || env['DOCKER_CONFIG'] || join(homeDirectory, '.docker');
  const [ca_file, cert_file, key_file] = [join(folder, 'ca.pem'), join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const hasOwn = (await isReadable(cert_file)) || (await isReadable(key_file));
  return { ca_file, ...(hasOwn && { cert_file, key_file }) };
}

/** What ssh itself would use without a configuration of its own. */
async function sshIdentity({ env, homeDirectory, isReadable }: DockerEnvironment) {
  const folder = join(homeDirectory, '.ssh');
  const keys = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(folder, name));
  const readable = await Promise.all(keys.map(isReadable));
  const key_file = keys.find((_, at) => readable[at]);
  const agent_socket = env['SSH_AUTH_SOCK'];
  return {
    known_hosts_file: join(folder, 'known_hosts'),
    ...(key_file !== undefined && { key_file }),
    ...(agent_socket && { agent_socket }),
  };
}
