import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startBlackbox } from '../bed/blackbox.ts';
import { command, plainEnvironment, script } from '../bed/command.ts';
import { type Engine, startEngine } from '../bed/engine.ts';
import { checkOpenMetrics, checkText } from '../bed/exposition-checks.ts';
import { freePort } from '../bed/free-port.ts';
import { needing } from '../bed/need.ts';
import { nodeProgram, program } from '../bed/paths.ts';
import { startPodman } from '../bed/podman.ts';
import { startPrometheus } from '../bed/prometheus.ts';
import { waitFor } from '../bed/wait-for.ts';

const docker = (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
  command(program('docker'), args, { env: { ...plainEnvironment(), ...env } });

describe.each(['28', '20'] as const)('engine %s of the bed', (version) => {
  describe('as tests start it', needing(`docker-${version}`, 'tls', 'ssh'), () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await startEngine({ version, tls: true });
    });
    afterAll(() => engine.stop());

    test('keeps published ports in its own network, and its containers over a restart', async () => {
      await engine.docker('run', '-d', '--name', 'web', '-p', '8080:8080', 'testbed/healthy:1');
      expect(await waitFor('an answer', () => engine.exec('curl', '-s', 'http://127.0.0.1:8080/healthz'))).toBe('ok');
      await expect(fetch('http://127.0.0.1:8080/healthz')).rejects.toThrow();
      await engine.down();
      await expect(engine.docker('ps')).rejects.toThrow('Cannot connect');
      await engine.start();
      expect(await engine.docker('ps', '--all', '--format', '{{.Names}}')).toBe('web');
    });

    test('answers by TLS those who have a certificate, and nobody else', async () => {
      const server = { DOCKER_HOST: engine.dockerHost, DOCKER_TLS: '1' };
      expect(await docker({ ...server, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: engine.certPath }, 'ps')).toContain(
        'NAMES',
      );
      const foreign = await mkdtemp(join(tmpdir(), 'certificates-'));
      onTestFinished(() => rm(foreign, { recursive: true }));
      await script('certificates', foreign);
      const refused = () => docker({ ...server, DOCKER_CERT_PATH: foreign }, 'ps').then(() => 'let in', String);
      // A client that still writes when it is refused may see its connection break before it sees why.
      const reason = await waitFor('the reason', async () => {
        const told = await refused();
        return (told === 'let in' || told.includes('tls: ')) && told;
      });
      expect(reason).toMatch(/tls: (unknown certificate authority|bad certificate)/);
      await expect(docker({ DOCKER_HOST: engine.dockerHost }, 'ps')).rejects.toThrow('HTTP request to an HTTPS server');
    });

    test('answers over ssh those who have the key, until the way is closed', async () => {
      const { url, keyFile, knownHostsFile } = await engine.ssh();
      const { username, hostname, port } = new URL(url);
      const ssh = (key: string) =>
        command('ssh', [
          '-F',
          'none',
          '-o',
          `UserKnownHostsFile=${knownHostsFile}`,
          '-o',
          'BatchMode=yes',
          '-o',
          'IdentitiesOnly=yes',
          '-i',
          key,
          '-p',
          port,
          `${username}@${hostname}`,
          'docker version --format {{.Server.Version}}',
        ]);
      expect(await ssh(keyFile)).toMatch(new RegExp(`^${version}\\.`));
      await expect(ssh('/nowhere')).rejects.toThrow('Permission denied');
      await engine.closeSsh();
      await expect(ssh(keyFile)).rejects.toThrow('Connection refused');
      expect((await engine.ssh()).url).toBe(url);
      expect(await ssh(keyFile)).toMatch(new RegExp(`^${version}\\.`));
    });
  });
});

test('Podman runs containers, and those of another Podman beside it are not its own', needing('podman'), async () => {
  const [first, second] = [await startPodman(), await startPodman()];
  onTestFinished(first.stop);
  onTestFinished(second.stop);
  await first.fleet(3);
  expect((await first.docker('ps', '--quiet')).split('\n')).toHaveLength(3);
  expect(await second.docker('ps', '--quiet')).toBe('');
});

test('a strict parser tells valid OpenMetrics from invalid', needing('openmetrics-parser'), async () => {
  expect(await checkOpenMetrics('# TYPE a counter\na_total{b="c\\"d"} 1\n# EOF\n')).toBe('');
  expect(await checkOpenMetrics('# TYPE a counter\na 1\n# EOF\n')).toContain('not OpenMetrics');
});

test.each(['3', '2'] as const)(
  'promtool %s tells a clean text from a faulty one',
  needing('promtool-3', 'promtool-2'),
  async (version) => {
    expect(await checkText('# HELP a_total Things.\n# TYPE a_total counter\na_total 1\n', version)).toBe('');
    expect(await checkText('# TYPE a counter\na 1\n', version)).toContain('_total');
  },
);

describe.each(['3', '2'] as const)('Prometheus %s of the bed', (version) => {
  test('scrapes what a test serves', needing(`prometheus-${version}`), async () => {
    const target = createServer((_request, response) =>
      response.setHeader('content-type', 'text/plain').end('answer 42\n'),
    );
    const port = await freePort();
    target.listen(port, '127.0.0.1');
    onTestFinished(() => void target.close());
    const job = { job_name: 'it', scrape_interval: '1s', static_configs: [{ targets: [`127.0.0.1:${port}`] }] };
    const prometheus = await startPrometheus({ version, config: { scrape_configs: [job] } });
    onTestFinished(prometheus.stop);
    const [series] = await waitFor(
      'a scrape',
      async () => {
        const found = await prometheus.query('answer');
        return found.length > 0 && found;
      },
      { timeoutMs: 30_000 },
    );
    expect(series).toMatchObject({ metric: { job: 'it' }, value: 42 });
  });
});

describe('blackbox_exporter of the bed', needing('blackbox'), () => {
  test('probes with the modules of a test', async () => {
    const target = createServer((_request, response) => response.writeHead(418).end());
    const port = await freePort();
    target.listen(port, '127.0.0.1');
    onTestFinished(() => void target.close());
    const http = (status: number) => ({ prober: 'http', http: { valid_status_codes: [status] } });
    const blackbox = await startBlackbox({ modules: { teapot: http(418), fine: http(200) } });
    onTestFinished(blackbox.stop);
    const url = `http://127.0.0.1:${port}/`;
    expect(await blackbox.probe(url, 'teapot')).toMatch(/^probe_success 1$/m);
    expect(await blackbox.probe(url, 'fine')).toMatch(/^probe_success 0$/m);
    expect(await blackbox.probe(url, 'fine', { debug: 'true' })).toContain('Invalid HTTP response status code');
    await expect(blackbox.probe(url, 'nosuch')).rejects.toThrow('status 400, Unknown module "nosuch"');
  });

  test('ends with its log where it cannot start', async () => {
    await expect(startBlackbox({ modules: { odd: { prober: 'http', nosuch: 1 } } })).rejects.toThrow('nosuch');
  });
});

test.each(['22', '24'] as const)('Node %s is there', needing('node-22', 'node-24'), async (version) => {
  expect(await command(nodeProgram(version), ['--version'])).toMatch(new RegExp(`^v${version}\\.`));
});
