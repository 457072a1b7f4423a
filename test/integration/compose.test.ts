import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { command, plainEnvironment } from '../bed/command.ts';
import { needing } from '../bed/need.ts';
import { program, repositoryPath } from '../bed/paths.ts';

const compose = join(repositoryPath, 'compose');

describe('Compose', needing('compose'), () => {
  const stack = z.object({
    services: z.record(
      z.string(),
      z.object({
        ports: z.array(z.object({ host_ip: z.string(), published: z.string() })).default([]),
        privileged: z.literal(false).default(false),
        user: z.string().optional(),
        environment: z.record(z.string(), z.string()).default({}),
        volumes: z
          .array(z.object({ source: z.string(), target: z.string(), read_only: z.boolean().default(false) }))
          .default([]),
      }),
    ),
  });
  const config = async (env: NodeJS.ProcessEnv = {}, files: readonly string[] = ['compose.yml']) => {
    const named = files.flatMap((file) => ['-f', join(compose, file)]);
    return command(program('docker-compose'), [...named, 'config', '--format', 'json'], {
      env: { ...plainEnvironment(), ...env },
    });
  };

  test('accepts the file, without secrets and without an .env', async () => {
    const file = join(compose, 'compose.yml');
    expect(await command(program('docker-compose'), ['-f', file, '--env-file', '/dev/null', 'config', '-q'])).toBe('');
  });

  test('publishes ports on the loopback address only', async () => {
    const { services } = stack.parse(JSON.parse(await config()));
    const ports = Object.values(services).flatMap((service) => service.ports);
    expect(ports.map(({ published }) => published).toSorted()).toEqual(['3000', '9090', '9093', '9713']);
    expect(new Set(ports.map(({ host_ip }) => host_ip))).toEqual(new Set(['127.0.0.1']));
  });

  test('passes on the group of the socket and the name of the host', async () => {
    const { services } = stack.parse(JSON.parse(await config({ DOCKER_GID: '998', HARBORLIGHT_HOST_NAME: 'edge-1' })));
    expect(services['socket-proxy']?.user).toBe('65534:998');
    expect(JSON.parse(services['exporter']?.environment['HARBORLIGHT_HOSTS'] ?? '')).toMatchObject([
      { name: 'edge-1' },
    ]);
  });

  test('gives the exporter the machine’s files where it is told to, and to read only', async () => {
    const exporterOf = (text: string) => stack.parse(JSON.parse(text)).services['exporter'];
    const machine = (text: string) => exporterOf(text)?.volumes.filter(({ target }) => target.startsWith('/host/'));
    expect(machine(await config())).toEqual([]);
    const text = await config({}, ['compose.yml', 'kernel-samples.yml']);
    expect(machine(text)).toEqual([
      { source: '/proc', target: '/host/proc', read_only: true },
      { source: '/sys/fs/cgroup', target: '/host/sys/fs/cgroup', read_only: true },
    ]);
    expect(exporterOf(text)?.environment).toMatchObject({
      HARBORLIGHT_PATHS_PROC: '/host/proc',
      HARBORLIGHT_PATHS_CGROUP: '/host/sys/fs/cgroup',
    });
  });
});

describe.each(['2', '3'] as const)('Prometheus %s', (version) => {
  test('understands its configuration', needing(`promtool-${version}`), async () => {
    const file = join(compose, 'prometheus/prometheus.yml');
    expect(await command(program(`promtool-${version}`), ['check', 'config', '--syntax-only', file])).toContain(
      'SUCCESS',
    );
  });
});

describe('make-secrets', () => {
  test('makes each secret once: long, without signs, readable in containers and by nobody beside them', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'make-secrets-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    cpSync(join(compose, 'scripts'), join(directory, 'scripts'), { recursive: true });
    const secrets = join(directory, 'secrets');
    const make = () => command(join(directory, 'scripts/make-secrets'), []);
    const texts = () => readdirSync(secrets).map((name) => readFileSync(join(secrets, name), 'utf8'));

    await make();
    expect(readdirSync(secrets)).toEqual(['exporter_token', 'grafana_admin_password']);
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(secrets)) expect(statSync(join(secrets, name)).mode & 0o777).toBe(0o444);
    const made = texts();
    expect(new Set(made).size).toBe(2);
    for (const secret of made) expect(secret).toMatch(/^[A-Za-z0-9]{40}\n$/);

    expect(await make()).not.toContain('made secrets');
    expect(texts()).toEqual(made);
  });
});
