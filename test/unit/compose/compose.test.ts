import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../../exporter/config/load.ts';

const texts = z.array(z.string()).default([]);
const service = z.object({
  image: z.string(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  privileged: z.boolean().optional(),
  cap_drop: texts,
  cap_add: texts,
  security_opt: texts,
  command: texts,
  environment: z.record(z.string(), z.string()).default({}),
  secrets: texts,
  volumes: texts,
  networks: texts,
  ports: texts,
  healthcheck: z.object({ test: z.tuple([z.literal('CMD')]).rest(z.string()) }),
});
const stack = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const { services, networks, secrets } = stack.parse(parse(read('compose/compose.yml'), { merge: true }));
const named = (name: string) => {
  const found = services[name];
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
};
const list = Object.entries(services).map(([name, rest]) => ({ name, ...rest }));

describe.each(list)('$name', ({ name, ...part }) => {
  test('can change nothing and become nobody', () => {
    expect(part).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      cap_add: [],
      security_opt: ['no-new-privileges:true'],
    });
    expect(part.privileged ?? false).toBe(false);
  });

  test('does not run as root', () => {
    if (name === 'exporter') expect(read('compose/Dockerfile')).toMatch(/^USER node$/m);
    else expect(part.user).toMatch(/^[1-9]\d*:/);
  });

  test('is an image of one full version', () => {
    expect(part.image).toMatch(/:v?\d+\.\d+\.\d+$/);
  });

  test('is published on the loopback address or not at all', () => {
    for (const port of part.ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('takes passwords and tokens from files only', () => {
    for (const [variable, value] of Object.entries(part.environment))
      if (/PASSWORD|TOKEN|SECRET|KEY/.test(variable)) expect(value).toMatch(/^\/run\/secrets\//);
    for (const secret of part.secrets) expect(Object.keys(secrets)).toContain(secret);
  });

  test('mounts only what there is, to read', () => {
    const files = part.volumes.filter((volume) => volume.startsWith('.'));
    for (const volume of files) {
      const [source = '', , mode] = volume.split(':');
      expect(existsSync(new URL(source, new URL('compose/', root)))).toBe(true);
      expect(mode).toBe('ro');
    }
  });
});

test('base images are of one full version, too', () => {
  const images = read('compose/Dockerfile').match(/(?<=^FROM )\S+/gm) ?? [];
  expect(images).toHaveLength(2);
  expect(new Set(images).size).toBe(1);
  expect(images[0]).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
});

test('only the proxy has the socket of the engine, and only the exporter can reach the proxy', () => {
  expect(list.filter(({ volumes }) => volumes.join().includes('docker.sock')).map(({ name }) => name)).toEqual([
    'socket-proxy',
  ]);
  expect(list.filter((part) => part.networks.includes('engine')).map(({ name }) => name)).toEqual([
    'socket-proxy',
    'exporter',
  ]);
  expect(networks['engine']?.internal).toBe(true);
  expect(named('socket-proxy')).toMatchObject({ networks: ['engine'], ports: [] });
});

describe('the proxy', () => {
  const { command } = named('socket-proxy');
  // It sets the anchors itself, and sees the path alone.
  const [, pattern = ''] =
    /^-allowGET=(.+)$/.exec(command.find((argument) => argument.startsWith('-allowGET=')) ?? '') ?? [];
  const allowed = new RegExp(`^(?:${pattern})$`);

  test('knows no other methods than GET and a HEAD of /_ping', () => {
    expect(
      command.filter((argument) => /^-allow[A-Z]/.test(argument)).map((argument) => argument.split('=')[0]),
    ).toEqual(['-allowHEAD', '-allowGET']);
    expect(command).toContain('-allowHEAD=/_ping');
  });

  test.each([
    '/_ping',
    '/version',
    '/v1.41/info',
    '/v1.51/events',
    '/v1.51/containers/json',
    '/containers/shop-web-1/json',
    '/v1.41/containers/4dcc5c4afea5/stats',
    `/v1.51/networks/${'0a'.repeat(32)}`,
  ])('lets %s through', (path) => {
    expect(path).toMatch(allowed);
  });

  test.each([
    '/v1.51/containers/web/archive',
    '/containers/web/export',
    '/containers/web/logs',
    '/containers/web/top',
    '/containers/web/attach/ws',
    '/containers/../secrets/json',
    '/containers/a/b/json',
    '/exec/abc/json',
    '/networks',
    '/networks/prune',
    '/networks/..',
    '/images/json',
    '/images/get',
    '/secrets',
    '/configs',
    '/swarm',
    '/info/',
    '/v1.51/containers/web/json/../archive',
  ])('keeps %s out', (path) => {
    expect(path).not.toMatch(allowed);
  });
});

test('the exporter accepts the configuration it gets: one host behind the proxy, a login for everybody else', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'compose-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'exporter_token'), 'a-token\n');
  const env = Object.fromEntries(
    Object.entries(named('exporter').environment).map(([name, value]) => [
      name,
      value.replace(/\$\{HARBORLIGHT_HOST_NAME:-(\w+)\}/, '$1').replace('/run/secrets', directory),
    ]),
  );
  const loaded = await loadConfig({ commandLine: {}, env, cwd: directory, hostname: 'a-container' });
  expect(loaded).toMatchObject({
    ok: true,
    config: {
      hosts: [{ name: 'docker', url: 'tcp://socket-proxy:2375' }],
      listen: { address: '0.0.0.0', port: 9713, auth: { bearer_token: 'a-token' } },
    },
  });
});

test('Prometheus scrapes it with that login, keeps its labels and loads every rule', () => {
  const config: unknown = parse(read('compose/prometheus/prometheus.yml'));
  expect(config).toMatchObject({
    rule_files: ['/etc/prometheus/rules/*.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] },
    scrape_configs: [
      {
        job_name: 'harborlight',
        honor_labels: true,
        authorization: { credentials_file: '/run/secrets/exporter_token' },
        static_configs: [{ targets: ['exporter:9713'] }],
      },
    ],
  });
  expect(named('prometheus').volumes).toContain('../alerting/rules:/etc/prometheus/rules:ro');
});

test('Grafana finds the dashboards where it is told to look, and its data sources by the names of services', () => {
  const provider = parse(read('dashboards/provisioning/dashboards/harborlight.yml')) as unknown;
  expect(provider).toMatchObject({ providers: [{ options: { path: '/etc/harborlight/dashboards' } }] });
  expect(named('grafana').volumes).toContain('../dashboards:/etc/harborlight/dashboards:ro');
  const { datasources } = z
    .object({ datasources: z.array(z.object({ uid: z.string(), url: z.url() })) })
    .parse(parse(read('dashboards/provisioning/datasources/harborlight.yml')));
  expect(datasources.map(({ uid }) => uid)).toEqual(['harborlight-prometheus', 'harborlight-alertmanager']);
  for (const { url } of datasources) expect(Object.keys(services)).toContain(new URL(url).hostname);
});

test('secrets lie in a folder that git ignores', () => {
  for (const { file } of Object.values(secrets)) expect(file).toMatch(/^secrets\/\w+$/);
  expect(read('.gitignore').split('\n')).toContain('compose/secrets/');
});
