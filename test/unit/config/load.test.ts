import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { formatFault } from '../../../exporter/config/faults.ts';
import { type ConfigSource, loadConfig } from '../../../exporter/config/load.ts';
import { redactConfig } from '../../../exporter/config/redact.ts';
import { temporaryFolder } from './temporary-folder.ts';

const HASH = '$scrypt$ln=15,r=8,p=1$Acjrz1OxoQOs0yWT6oI3ow$g/5lAd7ZT+PTLpDE1ArnmtQiTqzVqIcGEuP5kXALVFw';

function load(source: Partial<ConfigSource>) {
  return loadConfig({ commandLine: {}, env: {}, cwd: temporaryFolder(), hostname: 'here', ...source });
}

async function loadGood(source: Partial<ConfigSource>) {
  const loaded = await load(source);
  if (!loaded.ok) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return loaded;
}

async function faultsOf(source: Partial<ConfigSource>) {
  const loaded = await load(source);
  return loaded.ok ? [] : loaded.faults.map(formatFault);
}

const yml = (text: string) => temporaryFolder({ 'harborlight.yml': text });

test('without a file the local socket is watched under the name of the machine, on loopback', async () => {
  const { config, sources } = await loadGood({});
  expect(config).toMatchObject({
    name: 'here',
    listen: { address: '127.0.0.1', port: 9713, allow_anonymous: false },
    hosts: [{ name: 'here', url: 'unix:///var/run/docker.sock', timeout: 5000 }],
    containers: { include: ['*'], min_age: 0, trust_labels: true },
    documents: { events: true },
  });
  expect(sources).toEqual([]);
});

test('the command line stands above the environment, it above the file, it above the defaults', async () => {
  const cwd = yml('name: file\nlisten: { port: 1, address: 127.0.0.2 }\nlog: { level: warn, format: json }');
  const env = { HARBORLIGHT_LISTEN_PORT: '2', HARBORLIGHT_LOG_LEVEL: 'error' };
  const { config, sources } = await loadGood({ cwd, env, commandLine: { logLevel: 'debug' } });
  expect(config.name).toBe('file');
  expect(config.listen).toMatchObject({ address: '127.0.0.2', port: 2 });
  expect(config.log).toEqual({ level: 'debug', format: 'json' });
  expect(config.paths.data).toBe('data');
  expect(sources).toEqual(['harborlight.yml', 'HARBORLIGHT_LISTEN_PORT', 'HARBORLIGHT_LOG_LEVEL', '--log-level']);
});

test('a map or list that a variable sets takes the place of the one in the file', async () => {
  const cwd = yml(`listen: { auth: { users: { old: "${HASH}" } } }\ncontainers: { include: [a, b] }`);
  const env = {
    HARBORLIGHT_LISTEN_AUTH_USERS: JSON.stringify({ new: HASH }),
    HARBORLIGHT_CONTAINERS_INCLUDE: 'c',
  };
  const { config } = await loadGood({ cwd, env });
  expect(config.listen.auth?.users).toEqual({ new: HASH });
  expect(config.containers.include).toEqual(['c']);
});

test('--host and --listen take the place of what is configured', async () => {
  const cwd = yml('hosts: [{ url: "tcp://a:2375" }]');
  const commandLine = { host: ['tcp://b:2375', 'tcp://[::1]:2375'], listen: '[::1]:80' };
  const { config } = await loadGood({ cwd, commandLine });
  expect(config.hosts.map(({ name, url }) => [name, url])).toEqual([
    ['b', 'tcp://b:2375'],
    ['::1', 'tcp://[::1]:2375'],
  ]);
  expect(config.listen).toMatchObject({ address: '::1', port: 80 });
});

test.each(['9713', ':9713', 'localhost', '::1:9713'])('--listen %s is refused', async (listen) => {
  const expected = 'expected ADDRESS:PORT, such as 127.0.0.1:9713 or [::1]:9713';
  expect(await faultsOf({ commandLine: { listen } })).toEqual([`--listen: listen: ${expected}, got "${listen}"`]);
});

test('R63: an address that others reach needs a login or a word that it needs none', async () => {
  const told = await faultsOf({ commandLine: { listen: '0.0.0.0:9713' } });
  expect(told).toEqual([
    expect.stringMatching(/^--listen: listen\.address: expected a loopback address, or `listen.auth`/),
  ]);
  for (const more of [
    { HARBORLIGHT_LISTEN_ALLOW_ANONYMOUS: 'true' },
    { HARBORLIGHT_LISTEN_AUTH_BEARER_TOKEN: 'token' },
  ]) {
    const loaded = await loadGood({ env: { HARBORLIGHT_LISTEN_ADDRESS: '::', ...more } });
    expect(loaded.config.listen.address).toBe('::');
  }
});

test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('R63: %s is loopback', async (address) => {
  const { config } = await loadGood({ env: { HARBORLIGHT_LISTEN_ADDRESS: address } });
  expect(config.listen.address).toBe(address);
});

test.each(['::ffff:127.0.0.1', '127.1', '0.0.0.0', '10.0.0.1', 'localhost.example.org'])(
  'R63: %s is not',
  async (address) => {
    expect(await faultsOf({ env: { HARBORLIGHT_LISTEN_ADDRESS: address } })).toHaveLength(1);
  },
);

test('R30: a host without a name has that of its URL', async () => {
  const hosts = ['unix:///run/docker.sock', 'tcp://10.0.0.2:2375', 'https://edge.example:2376'].map((url) => ({ url }));
  const { config } = await loadGood({ env: { HARBORLIGHT_HOSTS: JSON.stringify(hosts) } });
  expect(config.hosts.map(({ name }) => name)).toEqual(['here', '10.0.0.2', 'edge.example']);
});

test('files are part of the configuration as they were when it was loaded', async () => {
  const [ca = ''] = rootCertificates;
  const cwd = temporaryFolder({
    'harborlight.yml':
      'hosts: [{ url: "tcp://a:2376", tls: { ca_file: ca.pem } }]\nlisten: { auth: { bearer_token_file: token } }',
    'ca.pem': ca,
    token: 'from-the-file\n',
  });
  const { config } = await loadGood({ cwd });
  expect(config.hosts[0]?.tls?.ca_file).toEqual({ path: 'ca.pem', text: ca });
  expect(config.listen.auth?.bearer_token).toBe('from-the-file');
});

test('all faults are told at once, wherever they come from', async () => {
  const cwd = yml(
    'listen: { prot: 1 }\nlog: { level: loud }\nhosts:\n  - url: tcp://a:2375\n  - url: tcp://a:2376\n    timeout: 5',
  );
  const env = { HARBORLIGHT_PATH_DATA: 'x', HARBORLIGHT_DOCUMENTS_EVENTS: 'yes' };
  const told = await faultsOf({ cwd, env, commandLine: { listen: 'nowhere' } });
  const duration = 'a duration from 100ms to 24d, such as 15s or 1h30m';
  expect(told).toEqual([
    '--listen: listen: expected ADDRESS:PORT, such as 127.0.0.1:9713 or [::1]:9713, got "nowhere"',
    'HARBORLIGHT_DOCUMENTS_EVENTS: documents.events: expected true or false, got "yes"',
    'HARBORLIGHT_PATH_DATA: expected a known variable; did you mean HARBORLIGHT_PATHS_DATA?',
    'harborlight.yml:1: listen.prot: expected a known option; did you mean listen.port?',
    'harborlight.yml:2: log.level: expected one of debug, info, warn, error, got "loud"',
    `harborlight.yml:6: hosts[1].timeout: expected ${duration}, got 5`,
  ]);
});

test('a file that was named has to be there, and faults of the environment are told beside', async () => {
  const told = await faultsOf({ commandLine: { config: 'other.yml' }, env: { HARBORLIGHT_X: '1' } });
  expect(told).toEqual([
    'HARBORLIGHT_X: expected a known variable',
    'other.yml: expected a readable file: there is no such file',
  ]);
});

test('a mapping of the file that an alias repeats is found again with its line', async () => {
  const cwd = yml('hosts:\n  - &edge { url: tcp://a:2375, timeout: 5 }\n  - *edge');
  const told = await faultsOf({ cwd });
  expect(told.map((text) => text.slice(0, text.indexOf(': expected')))).toEqual([
    'harborlight.yml:2: hosts[0].timeout',
    'harborlight.yml:3: hosts[1].timeout',
  ]);
});

test.each([
  [
    'listen.auth.users',
    'listen: { auth: { bearer_token: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, users: { __proto__: x } } }',
  ],
  ['modules', "modules: { __proto__: { kind: tcp, targets: ['*'] } }"],
  ['probes[0].headers', "probes: [{ name: a, kind: http, url: 'http://a/', headers: { __proto__: hunter2 } }]"],
])('a key named __proto__ is refused in %s, where it would be passed over', async (path, yaml) => {
  const told = await faultsOf({ cwd: yml(yaml) });
  expect(told).toEqual([`harborlight.yml:1: ${path}.__proto__: expected another key`]);
});

test('a key named __proto__ is an unknown option like any other', async () => {
  const told = await faultsOf({ cwd: yml('__proto__: { listen: { allow_anonymous: true } }') });
  expect(told).toEqual([expect.stringMatching(/^harborlight.yml:1: __proto__: expected one of the options/)]);
});

test('what may be printed holds no secret', async () => {
  const key = '-----BEGIN KEY----- s3cret';
  const cwd = temporaryFolder({ known_hosts: 's3cret', key });
  const env = {
    HARBORLIGHT_LISTEN_AUTH_USERS: JSON.stringify({ ops: HASH }),
    HARBORLIGHT_LISTEN_AUTH_BEARER_TOKEN: 's3cret',
    HARBORLIGHT_HOSTS: '[{"url":"ssh://ops@edge","ssh":{"key_file":"key","known_hosts_file":"known_hosts"}}]',
  };
  const { config } = await loadGood({ cwd, env });
  expect(config.hosts[0]?.ssh?.key_file?.text).toBe(key);
  const printed = JSON.stringify(redactConfig(config));
  expect(printed).not.toMatch(/s3cret|scrypt/);
  expect(printed).toContain('"key_file":"key"');
  expect(printed).toContain('"ops":"[redacted]"');
});

test('no fault repeats a secret, wherever it was put', { timeout: 60_000 }, async () => {
  const secret = 's3cret';
  const nested = (path: string) => path.split('.').reduceRight((inner, key) => `{ ${key}: ${inner} }`, `"${secret} "`);
  const places = [
    'listen',
    'listen.auth',
    'listen.auth.users',
    'listen.auth.users.ops',
    'listen.auth.bearer_token',
    'listen.tls',
    'hosts',
  ];
  for (const place of places) {
    const told = await faultsOf({ cwd: yml(nested(place)) });
    expect(told).toHaveLength(1);
    expect(told.join()).not.toContain(secret);
  }
  const pasted = [
    `listen: { auth: { users: { ops:${secret} } } }`,
    `listen: { auth: { users: { ${secret}:ops: x } } }`,
    `listen: { auth: { ops:${secret} } }`,
    `listen: { auth: { ${secret} } }`,
    `listen: { auth: { bearer_token_file: ${secret} } }`,
    `hosts: [{ url:https://ops:${secret}@a }]`,
  ];
  for (const text of pasted) {
    const told = await faultsOf({ cwd: yml(text) });
    expect(told.length).toBeGreaterThan(0);
    expect(told.join()).not.toContain(secret);
  }
  for (const url of [
    `https://ops:${secret}@a`,
    `tcp://${secret}@a:1`,
    secret,
    `http//ops:${secret}@a`,
    `https://a?${secret}`,
  ]) {
    const told = await faultsOf({ commandLine: { host: [url] } });
    expect(told.length).toBeGreaterThan(0);
    expect(told.join()).not.toContain(secret);
  }
  const variables = ['HARBORLIGHT_LISTEN_AUTH_USERS', 'HARBORLIGHT_HOSTS', 'HARBORLIGHT_LISTEN_AUTH_TOKEN'];
  const told = await faultsOf({ env: Object.fromEntries(variables.map((name) => [name, `{"${secret}`])) });
  expect(told).toHaveLength(3);
  expect(told.join()).not.toContain(secret);
});
