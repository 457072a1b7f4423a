import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import type { Environment } from '../../../exporter/config/environment.ts';
import { formatFault } from '../../../exporter/config/faults.ts';
import { loadConfig } from '../../../exporter/config/load.ts';
import { temporaryFolder } from './temporary-folder.ts';

const [ca = ''] = rootCertificates;

async function load(env: Environment, host?: readonly string[]) {
  const commandLine = host === undefined ? {} : { host };
  const home = { HOME: temporaryFolder() };
  const loaded = await loadConfig({ commandLine, env: { ...home, ...env }, cwd: temporaryFolder(), hostname: 'here' });
  if (loaded.ok) return { hosts: loaded.config.hosts, warnings: loaded.warnings };
  return { faults: loaded.faults.map(formatFault) };
}

test.each([
  ['unix:///run/user/1000/docker.sock', 'unix:///run/user/1000/docker.sock', 'here'],
  ['tcp://10.0.0.2:2375', 'tcp://10.0.0.2:2375', '10.0.0.2'],
  // The docker client takes an address without a scheme for tcp.
  ['10.0.0.2:2375', 'tcp://10.0.0.2:2375', '10.0.0.2'],
])('DOCKER_HOST=%s is the one host', async (DOCKER_HOST, url, name) => {
  expect(await load({ DOCKER_HOST })).toMatchObject({ hosts: [{ name, url }] });
});

test('an empty DOCKER_HOST counts as none', async () => {
  expect(await load({ DOCKER_HOST: '' })).toMatchObject({ hosts: [{ url: 'unix:///var/run/docker.sock' }] });
});

test.each(['npipe:////./pipe/docker_engine', 'fd://'])('DOCKER_HOST=%s is refused', async (DOCKER_HOST) => {
  const schemes = 'a URL that starts with unix://, tcp://, http://, https:// or ssh://';
  expect(await load({ DOCKER_HOST })).toEqual({
    faults: [`DOCKER_HOST: hosts[0].url: expected ${schemes}, got a text`],
  });
});

test('DOCKER_TLS_VERIFY, whatever its value, takes the certificates from DOCKER_CERT_PATH', async () => {
  const folder = temporaryFolder({ 'ca.pem': ca });
  const { hosts } = await load({ DOCKER_HOST: 'tcp://a:2376', DOCKER_TLS_VERIFY: '0', DOCKER_CERT_PATH: folder });
  expect(hosts?.[0]?.tls).toEqual({ ca_file: { path: join(folder, 'ca.pem'), text: ca } });
});

test('a certificate of the client goes with its key', async () => {
  const DOCKER_CERT_PATH = temporaryFolder({ 'ca.pem': ca, 'cert.pem': ca });
  const { faults } = await load({ DOCKER_HOST: 'tcp://a:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH });
  const path = join(DOCKER_CERT_PATH, 'key.pem');
  expect(faults).toContain(
    `DOCKER_HOST: hosts[0].tls.key_file: expected a readable file: there is no such file, got "${path}"`,
  );
});

test('without DOCKER_CERT_PATH the certificates are those in ~/.docker', async () => {
  const HOME = temporaryFolder();
  mkdirSync(join(HOME, '.docker'));
  writeFileSync(join(HOME, '.docker/ca.pem'), ca);
  const { hosts } = await load({ HOME, DOCKER_HOST: 'tcp://a:2376', DOCKER_TLS_VERIFY: '1' });
  expect(hosts?.[0]?.tls?.ca_file?.path).toBe(join(HOME, '.docker/ca.pem'));
});

test('certificates alone make no TLS, nor does an empty DOCKER_TLS_VERIFY', async () => {
  const env = { DOCKER_HOST: 'tcp://a:2375', DOCKER_CERT_PATH: '/nowhere', DOCKER_TLS_VERIFY: '' };
  const { hosts } = await load(env);
  expect(hosts?.[0]).not.toHaveProperty('tls');
});

test('R7: what the docker client reads changes no configured host', async () => {
  const env = {
    DOCKER_HOST: 'tcp://other:2376',
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: '/nowhere',
    DOCKER_CONTEXT: 'x',
  };
  expect(await load(env, ['tcp://a:2375'])).toEqual({
    hosts: [{ name: 'a', url: 'tcp://a:2375', source: 'auto', timeout: 5000 }],
    warnings: [],
  });
});

test('over ssh the identity is that of the user', async () => {
  const HOME = temporaryFolder();
  mkdirSync(join(HOME, '.ssh'));
  writeFileSync(join(HOME, '.ssh/known_hosts'), 'edge ssh-ed25519 AAAA');
  writeFileSync(join(HOME, '.ssh/id_rsa'), 'key');
  const { hosts } = await load({ HOME, DOCKER_HOST: 'ssh://ops@edge', SSH_AUTH_SOCK: '/run/agent' });
  expect(hosts?.[0]).toMatchObject({
    name: 'edge',
    ssh: { known_hosts_file: { text: 'edge ssh-ed25519 AAAA' }, key_file: { text: 'key' }, agent_socket: '/run/agent' },
  });
});

test('a context is not read, which is said where it would matter', async () => {
  const { warnings } = await load({ DOCKER_CONTEXT: 'remote' });
  expect(warnings).toEqual([expect.stringMatching(/^DOCKER_CONTEXT is not supported/)]);
  expect(await load({ DOCKER_CONTEXT: 'remote', DOCKER_HOST: 'tcp://a:2375' })).toMatchObject({ warnings: [] });
});
