/** What Docker's own clients print of the simulated engine and of the recordings must be what the engine says. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createSimulatedEngine } from '../../exporter/demo/engine.ts';
import { FLAVOURS } from '../../exporter/demo/flavour.ts';
import type { ApiServer } from '../../exporter/demo/http/server.ts';
import { createShop } from '../../exporter/demo/shop.ts';
import { command, plainEnvironment, runCommand, scriptValues } from '../bed/command.ts';
import { needing, type Part } from '../bed/need.ts';
import { bedPath, program } from '../bed/paths.ts';
import { createReplayEngine, recordedEngines } from '../golden/replay-engine.ts';
import { at, clientOf, type Get, jsonLines, timeText } from '../unit/demo/client.ts';

interface Summary {
  readonly Id: string;
  readonly Names: readonly [string];
  readonly Image: string;
  readonly State: string;
  readonly Status: string;
}

/** A shop that stands still, so that two looks at it see the same, with incidents some hours ago. */
function stillShop(flavour: keyof typeof FLAVOURS): ApiServer {
  const engine = createSimulatedEngine({ flavour: FLAVOURS[flavour] });
  createShop(engine, { seed: 'clients', speed: 1 });
  const rates = engine.container('shop-web-1').usage.rates;
  for (const { name } of engine.containers()) engine.setLoad(name, () => rates);
  engine.clock.step(-3 * 3600);
  engine.die('shop-importer-1', 1);
  engine.oom('shop-recommendations-1');
  engine.setHealth('shop-payments-1', 'unhealthy');
  engine.log('shop-web-1', { stream: 'stdout', text: '{"msg":"out"}\n' });
  engine.log('shop-web-1', { stream: 'stderr', text: 'warning\n' });
  engine.clock.step(3 * 3600);
  return engine;
}

const clients: readonly (readonly [string, Part])[] = [
  ['docker', 'docker-cli-28'],
  ['docker-20', 'docker-cli-20'],
];
/** With the containers whose logs are looked at: bytes that are no UTF-8, a line of 50,000, stack traces. */
const engines: readonly (readonly [string, () => ApiServer, readonly string[]])[] = [
  ['simulated 28.5', () => stillShop('28.5'), ['shop-web-1']],
  ['simulated 20.10', () => stillShop('20.10'), ['shop-web-1']],
  ...recordedEngines().map(
    (name) =>
      [`recorded ${name}`, () => createReplayEngine(name), ['shop-web-1', 'binary', 'longline', 'stacky']] as const,
  ),
];
const folder = mkdtempSync(join(tmpdir(), 'clients-'));
afterAll(() => rmSync(folder, { recursive: true }));

for (const [client, part] of clients) {
  describe.each(engines)(`${client} on %s`, needing(part), (name, open, logged) => {
    const server = open();
    const socketPath = join(folder, `${client}-${name}.sock`.replaceAll(' ', '-'));
    const get: Get = clientOf(socketPath);
    const env = { ...plainEnvironment(), DOCKER_HOST: `unix://${socketPath}` };
    const docker = (...args: readonly string[]): Promise<string> => command(program(client), args, { env });
    const lines = async (...args: readonly string[]): Promise<readonly unknown[]> =>
      jsonLines(Buffer.from(await docker(...args, '--format', '{{json .}}')));
    let summaries: readonly Summary[] = [];

    beforeAll(async () => {
      await server.listen({ socketPath });
      summaries = (await get('/containers/json?all=1')).json as readonly Summary[]; // The API's shape.
    });
    afterAll(() => server.close());

    test('ps -a prints every container with id, image, state, health and exit code', async () => {
      const printed = await lines('ps', '-a', '--no-trunc');
      expect(summaries.length).toBeGreaterThan(20);
      expect(printed).toMatchObject(
        summaries.map(({ Id, Names, Image, State, Status }) => ({
          ID: Id,
          Names: Names[0].slice(1),
          Image,
          State,
          Status,
        })),
      );
    });

    test('ps prints what runs', async () => {
      const running = summaries.filter(({ State }) => ['running', 'paused', 'restarting'].includes(State));
      const printed = await docker('ps', '-q', '--no-trunc');
      expect(printed.trim().split('\n')).toEqual(running.map(({ Id }) => Id));
    });

    test('inspect prints every document as it is', async () => {
      const names = summaries.map(({ Names }) => Names[0].slice(1));
      const printed: unknown = JSON.parse(await docker('inspect', ...names));
      const documents = await Promise.all(names.map(async (one) => (await get(`/containers/${one}/json`)).json));
      expect(printed).toEqual(documents);
    });

    test('stats --no-stream prints memory without cache, its limit and the processes of every container', async () => {
      const printed = await lines('stats', '--no-stream', '-a');
      const samples = await Promise.all(
        summaries.map(
          async ({ Names }) =>
            [Names[0].slice(1), (await get(`/containers${Names[0]}/stats?stream=false&one-shot=true`)).json] as const,
        ),
      );
      const byName = (rows: readonly unknown[]): readonly unknown[] =>
        rows.toSorted((a, b) => String(at(a, 'Name')).localeCompare(String(at(b, 'Name'))));
      expect(byName(printed)).toMatchObject(
        byName(
          samples.map(([one, json]) => ({
            Name: one,
            MemUsage: memoryText(json),
            PIDs: String(Number(at(json, 'pids_stats', 'current') ?? 0)),
          })),
        ),
      );
    });

    test('events --since --until prints every event of the span', async () => {
      const now = timeText(BigInt(Date.now()) * 1_000_000n);
      const told = (await get(`/events?since=1&until=${now}`)).body.toString();
      const printed = await docker('events', '--since', '1', '--until', now, '--format', '{{json .}}');
      expect(told.length).toBeGreaterThan(10_000);
      expect(keysOfEvents(printed)).toEqual(keysOfEvents(told));
    });

    test.each(logged)('logs prints both streams of %s with their times', async (one) => {
      const { stdout, stderr } = await runCommand(program(client), ['logs', '-t', '--tail', '40', one], { env });
      const { body } = await get(`/containers/${one}/logs?stdout=1&stderr=1&timestamps=1&tail=40`);
      expect([stdout, stderr]).toEqual([streamOf(body, 1), streamOf(body, 2)]);
      expect(stdout).not.toBe('');
    });

    test('version and info print what the engine says of itself', async () => {
      const [version, info] = [(await get('/version')).json, (await get('/info')).json];
      expect(JSON.parse(await docker('version', '--format', '{{json .Server}}'))).toMatchObject({
        Version: at(version, 'Version'),
        ApiVersion: at(version, 'ApiVersion'),
        MinAPIVersion: at(version, 'MinAPIVersion'),
      });
      const said = ['ID', 'Name', 'ServerVersion', 'NCPU', 'MemTotal', 'Driver', 'CgroupVersion'];
      const counted = ['Containers', 'ContainersRunning', 'ContainersPaused', 'ContainersStopped', 'Images'];
      const wanted = Object.fromEntries([...said, ...counted].map((key) => [key, at(info, key)]));
      expect(JSON.parse(await docker('info', '--format', '{{json .}}'))).toMatchObject(wanted);
    });
  });
}

describe('clients and their edges', needing('docker-cli-28', 'docker-cli-20', 'compose'), () => {
  const serve = async (server: ApiServer): Promise<NodeJS.ProcessEnv> => {
    const socketPath = join(folder, `edge-${Math.random()}.sock`);
    await server.listen({ socketPath });
    onTestFinished(() => server.close());
    return { ...plainEnvironment(), DOCKER_HOST: `unix://${socketPath}` };
  };

  test('docker compose ls prints the projects of the shop', async () => {
    const env = await serve(stillShop('28.5'));
    const printed = await command(program('docker'), ['compose', 'ls', '-a', '--format', 'json'], { env });
    expect(JSON.parse(printed)).toEqual([
      { Name: 'blog', Status: 'running(5)', ConfigFiles: '/srv/blog/compose.yaml' },
      { Name: 'data', Status: 'exited(1), paused(1), running(3)', ConfigFiles: '/srv/data/compose.yaml' },
      { Name: 'edge', Status: 'created(1), running(2)', ConfigFiles: '/srv/edge/compose.yaml' },
      { Name: 'shop', Status: 'restarting(2), running(15)', ConfigFiles: '/srv/shop/compose.yaml' },
    ]);
  });

  test.each(recordedEngines())('docker compose ls on %s prints none: Compose made none of them', async (name) => {
    const env = await serve(createReplayEngine(name));
    const printed = await command(program('docker'), ['compose', 'ls', '-a', '--format', 'json'], { env });
    expect(JSON.parse(printed)).toEqual([]);
  });

  test.each(['docker', 'docker-20'])('%s says why logs cannot be read', async (client) => {
    const env = await serve(createReplayEngine('engine-28.5-cgroup2'));
    const { exitCode, stderr } = await runCommand(program(client), ['logs', 'nolog'], { env });
    expect([exitCode, stderr.trim()]).toEqual([
      1,
      'Error response from daemon: configured logging driver does not support reading',
    ]);
  });

  test('docker 28 speaks with engine 29, docker 20.10 is told that it is too old', async () => {
    const env = await serve(stillShop('29.0'));
    const version = await command(
      program('docker'),
      ['version', '--format', '{{.Client.APIVersion}} {{.Server.APIVersion}}'],
      { env },
    );
    expect(version.trim()).toBe('1.51 1.52');
    expect((await command(program('docker'), ['ps', '-aq'], { env })).trim().split('\n')).toHaveLength(30);
    const { exitCode, stderr } = await runCommand(program('docker-20'), ['ps'], { env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('client version 1.41 is too old. Minimum supported API version is 1.44');
  });

  test('docker stats shows the cores that the load uses', async () => {
    const engine = createSimulatedEngine({ cpus: 4 });
    engine.run({ name: 'busy' });
    const rates = engine.container('busy').usage.rates;
    engine.setLoad('busy', () => ({ ...rates, cpuCores: 1.5 }));
    const env = await serve(engine);
    const printed = await command(program('docker'), ['stats', '--no-stream', '--format', '{{.CPUPerc}}'], { env });
    expect(Math.abs(Number.parseFloat(printed) - 150)).toBeLessThan(3);
  });

  test('a client with a certificate reaches it by TLS, one without does not', needing('tls'), async () => {
    const certPath = join(folder, 'tls');
    await scriptValues('certificates', certPath);
    const file = (name: string): Buffer => readFileSync(join(certPath, name));
    const tls = { key: file('server-key.pem'), cert: file('server-cert.pem'), ca: file('ca.pem'), requestCert: true };
    const engine = stillShop('28.5');
    const address = await engine.listen({ host: '127.0.0.1', port: 0, tls });
    onTestFinished(() => engine.close());
    const env = { ...plainEnvironment(), DOCKER_HOST: address, DOCKER_TLS_VERIFY: '1' };
    const args = ['ps', '-aq'];
    const printed = await command(program('docker'), args, { env: { ...env, DOCKER_CERT_PATH: certPath } });
    expect(printed.trim().split('\n')).toHaveLength(30);
    const refused = await runCommand(program('docker'), args, {
      env: { ...env, DOCKER_CERT_PATH: join(bedPath, 'none') },
    });
    expect(refused.exitCode).toBe(1);
  });
});

/** Used memory without page cache that can be dropped, and the limit, as docker stats prints them. */
function memoryText(sample: unknown): string {
  const memory = at(sample, 'memory_stats');
  const usage = Number(at(memory, 'usage') ?? 0);
  const inactive = Number(at(memory, 'stats', 'total_inactive_file') ?? at(memory, 'stats', 'inactive_file') ?? 0);
  return `${bytesText(usage - inactive)} / ${bytesText(Number(at(memory, 'limit') ?? 0))}`;
}

function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(1024));
  return `${Number((bytes / 1024 ** power).toPrecision(4))}${units[power] ?? ''}`;
}

/** All 19 digits of the time, which JSON.parse would round, and what happened to whom. */
function keysOfEvents(text: string): readonly string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const event: unknown = JSON.parse(line);
      const timeNano = /"timeNano":(\d{19})/.exec(line)?.[1] ?? '';
      return [timeNano, at(event, 'Type'), at(event, 'Action'), JSON.stringify(at(event, 'Actor'))].join(' ');
    });
}

function streamOf(body: Buffer, stream: number): string {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < body.length; ) {
    const end = offset + 8 + body.readUInt32BE(offset + 4);
    if (body.readUInt8(offset) === stream) parts.push(body.subarray(offset + 8, end));
    offset = end;
  }
  return Buffer.concat(parts).toString();
}
