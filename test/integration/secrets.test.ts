import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command, script } from '../bed/command.ts';
import { type Engine, startEngine } from '../bed/engine.ts';
import { type Exporter, startExporter } from '../bed/exporter.ts';
import { freePort } from '../bed/free-port.ts';
import { needing } from '../bed/need.ts';
import { mainPath } from '../bed/paths.ts';
import { waitFor } from '../bed/wait-for.ts';

const make = (): string => `planted${randomBytes(12).toString('hex')}`;
const SECRETS = {
  'environment of a container': make(),
  'label of a container': make(),
  'label of a network': make(),
  'label of a volume': make(),
  'command of a container': make(),
  'output of a container': make(),
  'command of a healthcheck': make(),
  'output of a healthcheck': make(),
  'command run in a container': make(),
  'environment of a command run in a container': make(),
  password: make(),
  'wrong password': make(),
  'bearer token': make(),
  'wrong bearer token': make(),
  'query of a request': make(),
  'cookie of a request': make(),
  'URL in a refused configuration': make(),
  'token in a refused configuration': make(),
  'unknown option in a refused configuration': make(),
  'environment of the exporter': make(),
};

describe('what is secret', () => {
  describe('around a real engine', needing('docker-28', 'tls', 'ssh'), () => {
    let engine: Engine;
    let exporter: Exporter;
    let keys: string;
    /** What a reader may find, by where it was found. */
    let texts: ReadonlyMap<string, string>;

    beforeAll(async () => {
      engine = await startEngine();
      await startContainers(engine);
      keys = await mkdtemp(join(tmpdir(), 'keys-'));
      await script('certificates', keys);
      await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, 'id')]);
      exporter = await startExporter({
        config: await configuration(engine, keys),
        env: { DB_PASSWORD: SECRETS['environment of the exporter'] },
      });
      await makeEvents(engine);
      await refuse(exporter);
      const told = await askForEverything(exporter);
      // Documents that trickle are written to files a second later.
      const files = await waitFor('its documents to be in files', async () => {
        const found = await readEverything(exporter);
        return WRITTEN.every(([dataset, text]) => textOf(dataset, new Map(found))?.includes(text)) && found;
      });
      texts = new Map([...told, ...files]);
    });
    afterAll(async () => {
      await exporter.stop();
      await engine.stop();
      await rm(keys, { recursive: true });
    });

    test('is looked for where something is to be found', () => {
      expect(texts.get('/metrics')).toContain('label_team="visible"');
      expect(texts.get('/metrics/cadvisor')).toContain('container_label_team="visible"');
      expect(texts.get('the log')).toContain('configuration not reloaded');
      for (const [dataset, text] of WRITTEN) expect(textOf(dataset, texts)).toContain(text);
      const spooled = [...texts].filter(([where]) => where.includes('/data/spool/')).map(([, text]) => text);
      expect(spooled.join('')).toContain('health_status');
    });

    test.each(Object.entries(SECRETS))('is nowhere to be read: %s', (_place, secret) => {
      expect(whereIs(secret, texts)).toEqual([]);
      expect(whereIs(asBasicLogin(secret), texts)).toEqual([]);
    });

    test.each(['key.pem', 'id'])('is nowhere to be read: the private key %s', async (file) => {
      const lines = (await readFile(join(keys, file), 'utf8')).split('\n').filter((line) => !line.startsWith('-----'));
      for (const line of lines.filter(({ length }) => length > 20)) expect(whereIs(line, texts)).toEqual([]);
    });
  });
});

/** By dataset, what its documents have. */
const WRITTEN = [
  ['event', 'health_status'],
  ['health', 'token=[redacted]'],
  ['app', 'configuration not reloaded'],
] as const;

const textOf = (dataset: string, texts: ReadonlyMap<string, string>): string | undefined =>
  [...texts].find(([where]) => where.includes(`/harborlight.${dataset}-`) && where.endsWith('.ndjson'))?.[1];

const asBasicLogin = (password: string): string => Buffer.from(`ops:${password}`).toString('base64');

const whereIs = (secret: string, texts: ReadonlyMap<string, string>): readonly string[] =>
  [...texts].flatMap(([where, text]) => (text.includes(secret) ? [where] : []));

const startContainers = async ({ docker }: Engine): Promise<void> => {
  await docker('network', 'create', '--label', `token=${SECRETS['label of a network']}`, 'inner');
  await docker('volume', 'create', '--label', `token=${SECRETS['label of a volume']}`, 'store');
  // What a check writes is wanted in documents: what says that it is a secret is taken out.
  const check = `echo token=${SECRETS['output of a healthcheck']}; : ${SECRETS['command of a healthcheck']}; exit 1`;
  await docker(
    ...['run', '--detach', '--name', 'web', '--network', 'inner', '--volume', 'store:/store'],
    ...['--env', `DB_PASSWORD=${SECRETS['environment of a container']}`],
    ...['--label', 'team=visible', '--label', `api_key=${SECRETS['label of a container']}`],
    ...['--health-cmd', check, '--health-interval', '1s', '--health-retries', '1'],
    ...['testbed/busybox:1', 'sh', '-c'],
    `echo ${SECRETS['output of a container']}; : ${SECRETS['command of a container']}; sleep 100000`,
  );
};

/** Of containers and of commands in them, while the exporter watches. */
const makeEvents = async ({ docker }: Engine): Promise<void> => {
  const option = `TOKEN=${SECRETS['environment of a command run in a container']}`;
  await docker('exec', '--env', option, 'web', 'sh', '-c', `: ${SECRETS['command run in a container']}`);
  await docker('restart', '--time', '0', 'web');
  await waitFor('a check that fails', async () => (await docker('ps')).includes('(unhealthy)'));
};

const configuration = async (engine: Engine, keys: string): Promise<object> => {
  const hash = await command(process.execPath, [mainPath, 'hash-password'], { input: SECRETS.password });
  const nobody = `127.0.0.1:${await freePort()}`;
  const inKeys = (name: string) => join(keys, name);
  return {
    log: { level: 'debug' },
    listen: { auth: { users: { ops: hash.trim() }, bearer_token: SECRETS['bearer token'] } },
    containers: { labels: ['team'] },
    hosts: [
      { name: 'edge-1', url: engine.dockerHost },
      {
        name: 'by-tls',
        url: `https://${nobody}`,
        tls: { ca_file: inKeys('ca.pem'), cert_file: inKeys('cert.pem'), key_file: inKeys('key.pem') },
      },
      {
        name: 'by-ssh',
        url: `ssh://ops@${nobody}`,
        ssh: { key_file: inKeys('id'), known_hosts_file: inKeys('id.pub') },
      },
    ],
  };
};

/** Gives it a configuration that is full of faults and secrets. */
const refuse = async (exporter: Exporter): Promise<void> => {
  await exporter.configure({
    listen: { auth: { bearer_token: `${SECRETS['token in a refused configuration']} with blanks` } },
    hosts: [{ name: 'edge-1', url: `https://ops:${SECRETS['URL in a refused configuration']}@127.0.0.1` }],
    database_password: SECRETS['unknown option in a refused configuration'],
  });
  exporter.signal('SIGHUP');
  await waitFor('the refusal', () => exporter.log().includes('configuration not reloaded'));
};

const askForEverything = async (exporter: Exporter): Promise<readonly (readonly [string, string])[]> => {
  const right = {
    authorization: `Basic ${asBasicLogin(SECRETS.password)}`,
    cookie: `session=${SECRETS['cookie of a request']}`,
  };
  const asked: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['/metrics', right],
    ['/metrics/cadvisor', right],
    ['/metrics?collect[]=state', { ...right, accept: 'application/openmetrics-text' }],
    ['/metrics?host=edge-1', { authorization: `Bearer ${SECRETS['bearer token']}` }],
    [`/metrics?host=nobody&token=${SECRETS['query of a request']}`, right],
    ['/', right],
    ['/healthz', {}],
    ['/readyz', {}],
    ['/nowhere', right],
    ['/metrics?wrong-password', { authorization: `Basic ${asBasicLogin(SECRETS['wrong password'])}` }],
    ['/metrics?wrong-token', { authorization: `Bearer ${SECRETS['wrong bearer token']}` }],
  ];
  const answers: [string, string][] = [];
  for (const [path, headers] of asked) {
    const response = await exporter.get(path, { headers });
    answers.push([path, `${JSON.stringify([...response.headers])}\n${await response.text()}`]);
  }
  return answers;
};

/** Its log, and each file that it wrote. */
const readEverything = async (exporter: Exporter): Promise<readonly (readonly [string, string])[]> => {
  const entries = await readdir(exporter.directory, { recursive: true, withFileTypes: true });
  const written = entries.filter((entry) => entry.isFile() && entry.name !== 'harborlight.yml');
  const files = written.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path, await readFile(path, 'utf8')] as const;
  });
  return [['the log', exporter.log()], ...(await Promise.all(files))];
};
